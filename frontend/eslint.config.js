import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const FEATURES = ['auth', 'categories', 'composer', 'posts', 'search', 'settings', 'topics', 'users']

/** Imports run down only: app, pages, features, then session, api and ui, then lib. */
const floor = (files, above) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: above.map(([regex, message]) => ({ regex, message })) }],
  },
})
const up = (names) => [
  `^(\\.\\./)+(${names})(/|$)`,
  'Imports run down only: app, pages, features, session/api/ui, lib.',
]

export default ts.config(
  { ignores: ['dist', 'src/paraglide', 'src/api/schema.d.ts', 'project.inlang'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'no-undef': 'off', // TypeScript knows better.
      'svelte/no-navigation-without-resolve': 'off', // It speaks of SvelteKit's router, which is not here.
      'svelte/prefer-svelte-reactivity': 'off', // Dates and maps here are values of a moment, not state.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // The library below knows nothing of the API: it names what it needs of an argument, and each call is checked.
    files: ['src/**'],
    ignores: ['src/lib/**', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSPropertySignature > Identifier.key[name=/_/]',
          message: "The API's types are generated: take them from api/types or api/schema.",
        },
      ],
      'no-restricted-globals': [
        'error',
        ...['fetch', 'XMLHttpRequest', 'EventSource'].map((name) => ({
          name,
          message: 'Calls go through api/client, whose paths and bodies are checked against the document.',
        })),
      ],
    },
  },
  { files: ['src/api/client.ts'], rules: { 'no-restricted-globals': 'off' } },
  floor(['src/lib/**'], [up('app|pages|features|session|api|ui')]),
  floor(['src/session/**', 'src/api/**', 'src/ui/**'], [up('app|pages|features')]),
  floor(['src/pages/**'], [up('app')]),
  ...FEATURES.map((own) =>
    floor(
      [`src/features/${own}/**`],
      [
        up('app|pages'),
        [
          `^\\.\\./(${FEATURES.filter((name) => name !== own).join('|')})/`,
          'Features never import features; a page joins them.',
        ],
      ],
    ),
  ),
)
