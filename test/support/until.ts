/** Waits until `condition` holds; fails after seconds, when what is waited for will never come. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await condition()); turn += 1) {
    if (turn > 5000) throw new Error('what the test waits for never came');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
