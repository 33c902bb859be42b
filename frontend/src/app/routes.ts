import type { Component } from 'svelte'

/* eslint-disable @typescript-eslint/no-explicit-any -- each page has props of its own */
type Load = () => Promise<{ default: Component<any> }>
type Route = { pattern: RegExp; load: Load; props?: (...parts: string[]) => Record<string, unknown> }

const ROUTES: Route[] = [
  { pattern: /^\/$/, load: () => import('../pages/HomePage.svelte') },
  {
    pattern: /^\/t\/(\d+)(?:\/([^/]*))?\/?$/,
    load: () => import('../pages/TopicPage.svelte'),
    props: (id) => ({ id: Number(id) }),
  },
  {
    pattern: /^\/c\/([^/]+)\/?$/,
    load: () => import('../pages/CategoryPage.svelte'),
    props: (slug) => ({ slug }),
  },
  {
    pattern: /^\/tag\/([^/]+)\/?$/,
    load: () => import('../pages/TagPage.svelte'),
    props: (name) => ({ name }),
  },
  {
    pattern: /^\/u\/([^/]+)\/?$/,
    load: () => import('../pages/MemberPage.svelte'),
    props: (username) => ({ username }),
  },
  { pattern: /^\/categories\/?$/, load: () => import('../pages/CategoriesPage.svelte') },
  { pattern: /^\/tags\/?$/, load: () => import('../pages/TagsPage.svelte') },
  { pattern: /^\/members\/?$/, load: () => import('../pages/MembersPage.svelte') },
  { pattern: /^\/search\/?$/, load: () => import('../pages/SearchPage.svelte') },
  { pattern: /^\/new\/?$/, load: () => import('../pages/NewTopicPage.svelte') },
  { pattern: /^\/settings\/?$/, load: () => import('../pages/SettingsPage.svelte') },
  {
    pattern: /^\/(signin|signup|confirm|forgot|reset)\/?$/,
    load: () => import('../pages/GatePage.svelte'),
    props: (kind) => ({ kind }),
  },
]

const NOWHERE: Route = { pattern: /^/, load: () => import('../pages/NowherePage.svelte') }

export type Match = { load: Load; props: Record<string, unknown> }

/** The page for a path below the root. Its topics keep one key over changes of the slug. */
export function match(path: string): Match & { key: string } {
  for (const { pattern, load, props } of ROUTES) {
    const found = pattern.exec(path)
    if (!found) continue
    const parts = found.slice(1).map((part) => part && decode(part))
    const values = props?.(...parts) ?? {}
    return { load, props: values, key: `${pattern.source} ${JSON.stringify(values)}` }
  }
  return { load: NOWHERE.load, props: {}, key: path }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
