/** Milliseconds before a server that did not answer is asked again. */
export const RETRY_AFTER = 1000;

/** What `ask` fetches; while nobody answers it is asked again. Other errors are thrown. */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      // That is what `fetch` throws when nobody answers.
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
  }
}
