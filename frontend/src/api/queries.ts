import { QueryClient } from '@tanstack/svelte-query'
import { returned } from '../lib/navigation.svelte'
import { asProblem } from './problem'

/**
 * One cache for every list and page. Going forward shows what is cached and asks anew; going back
 * shows it exactly as it was left.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: () => (returned() ? Infinity : 3_000),
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: true,
      networkMode: 'always',
      retry: (count, error) => count < 2 && asProblem(error).passing && navigator.onLine,
    },
  },
})
