/** "7.1/A-031" -> "A-031". */
export function numberOf(booth: string): string {
  return booth.slice(booth.indexOf("/") + 1);
}
