/** The entry of `dist/cdn/peer-elements.js`: one module that registers the elements and exports everything. */
export * from './define.js';
