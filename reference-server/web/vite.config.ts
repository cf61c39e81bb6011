import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2023',
    // One file of each kind: nothing is inlined, so that the page's content security policy can stay strict.
    assetsInlineLimit: 0,
    // What is bundled asks for its licence to go with it.
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
});
