import { signTest } from "./sign-test.ts";

/**
 * Exact two-sided McNemar test of two arms that answered the same items: the sign test on the discordant pairs
 * (McNemar 1947; the exact form is binomial). Six one-way flips are the fewest with p < .05.
 *
 * @param wins items that only the first arm got right
 * @param losses items that only the second arm got right
 */
export const mcnemarExact = (wins: number, losses: number): number => signTest(wins, losses);
