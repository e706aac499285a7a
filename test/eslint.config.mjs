// The root config holds n8n's rules for code that runs inside n8n, such as "no timers". Tests and
// scripts run outside of it and have rules of their own: TypeScript's, and short files and functions.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
	js.configs.recommended,
	tseslint.configs.recommended,
	{
		rules: {
			'no-undef': 'off',
			'@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
			'max-lines': ['error', 200],
			'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
		},
	},
	// A describe block is a chapter, not a function.
	{ files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
);
