/** The shell of the report: no script, nothing from elsewhere, and a policy that forbids both. */
import { html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

export function page(title: string, body: Markup): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>${body}
</body>
</html>`.text
  }\n`;
}
