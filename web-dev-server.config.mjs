/** The demo site, as `npm start` serves it. A page may import the built files, or the TypeScript sources as they are now. */
import { SOURCE, bundleSource } from './scripts/bundle-plugin.mjs';

export default {
  rootDir: import.meta.dirname,
  nodeResolve: { exportConditions: ['browser', 'development'] },
  plugins: [
    {
      name: 'sources',
      async serve({ path }) {
        return SOURCE.test(path) ? { body: await bundleSource(import.meta.dirname, path), type: 'js' } : undefined;
      },
    },
  ],
  middleware: [
    (context, next) => {
      if (context.path !== '/') return next();
      context.redirect('/demo/');
    },
  ],
};
