import { createRoot } from 'react-dom/client';
import { attach, type Settings, surroundings } from '../client/browser.ts';
import { Chat, type Parts } from '../client/index.ts';
import { App } from './app.tsx';
import './style.css';

/** As the server writes them into the page; without a server's word what suits a development server. */
const settings: Settings & { development: boolean } = {
  poll: 2_000,
  stallTimeout: 35_000,
  defects: [],
  development: false,
  ...JSON.parse(document.getElementById('settings')!.textContent),
};

/** Planted defects are no part of the page: they are fetched where one is named. */
async function planted(names: string[]): Promise<((parts: Parts) => Parts) | undefined> {
  if (names.length === 0) return undefined;
  const { plant } = await import('../defects/index.ts');
  return plant(names);
}

const TOKEN = 'chat-token';
const change = await planted(settings.defects);
const chat = new Chat({
  ...surroundings(settings, () => localStorage.getItem(TOKEN) ?? ''),
  ...(change && { change }),
});
attach(chat);

createRoot(document.getElementById('page')!).render(
  <App
    chat={chat}
    development={settings.development}
    token={{
      get: () => localStorage.getItem(TOKEN),
      set: (token) => (token === null ? localStorage.removeItem(TOKEN) : localStorage.setItem(TOKEN, token)),
    }}
  />,
);
