import type { AppApi } from "./api";

/** Takes every dyno away; the release and the data stay, and the next deployment brings the dynos back. */
export async function stopAll(api: AppApi): Promise<number> {
  const running = (await api.formation()).filter(({ quantity }) => quantity > 0);
  if (running.length > 0) await api.scale(running.map(({ type }) => ({ type, quantity: 0 })));
  return running.reduce((sum, { quantity }) => sum + quantity, 0);
}
