/** The demo site, as `npm start` serves it. A page may import the built files, or the TypeScript sources. */
import { fileURLToPath } from 'node:url';

import { esbuildPlugin } from '@web/dev-server-esbuild';

export default {
  rootDir: import.meta.dirname,
  nodeResolve: { exportConditions: ['browser', 'development'] },
  plugins: [esbuildPlugin({ ts: true, tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)) })],
  middleware: [
    (context, next) => {
      if (context.path !== '/') return next();
      context.redirect('/demo/');
    },
  ],
};
