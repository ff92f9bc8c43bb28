import js from '@eslint/js';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Imports point downward only: the floors of src/, and what each must not know of. */
const ABOVE = {
  wire: ['signaling', 'engine', 'elements'],
  signaling: ['engine', 'elements'],
  engine: ['elements'],
};

const layering = Object.entries(ABOVE).map(([floor, above]) => ({
  files: [`src/${floor}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: above.map((name) => `**/${name}/**`),
            message: `src/${floor} lies below it, and imports point downward only.`,
          },
          { group: ['lit', 'lit/*', '@lit/*'], message: 'Only the elements use Lit.' },
        ],
      },
    ],
  },
}));

export default defineConfig(
  { ignores: ['dist/', '.cache/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { rules: { eqeqeq: ['error', 'always', { null: 'ignore' }] } },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `return this.#fail(…)` is a short way to stop.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A value may change while something is awaited, and a page without types passes what it likes: the types do
      // not say which condition is needless.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // What a default happens to be may be said all the same.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // An AbortSignal's reason may be anything, and is passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['src/elements/**/*.ts'],
    extends: [lit['flat/recommended'], wc['flat/best-practice']],
    // An interface beside the class types its `addEventListener`.
    rules: { '@typescript-eslint/no-unsafe-declaration-merging': 'off' },
  },
  { files: ['src/engine/logger.ts'], rules: { 'no-console': 'off' } },
  {
    // They extend types of packages that need not be installed here, and do so by interfaces that are empty.
    files: ['src/frameworks/*.d.ts'],
    rules: {
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^T$' }],
    },
  },
  ...layering,
  {
    files: ['test/**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { globals: { ...globals.browser, ...globals.mocha } },
    rules: {
      // `expect(x).to.be.true` is an expression.
      '@typescript-eslint/no-unused-expressions': 'off',
      // Bad input is what the types forbid.
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  { files: ['vite.config.ts'], extends: [tseslint.configs.recommended] },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  // These hand functions to a page, where they see its globals.
  { files: ['test/e2e/**/*.mjs', 'test/support/**/*.mjs', 'bench/**/*.mjs'], languageOptions: { globals: globals.browser } },
  { files: ['test/frameworks/**/*.{js,mjs}'], languageOptions: { globals: globals.browser } },
  { files: ['demo/**/*.js', 'bench/**/*.js', 'test/frameworks/types/**/*.js'], languageOptions: { globals: globals.browser } },
);
