/** @file How far from its mean a normal value lies with 95 % probability at most, in standard deviations. */

export const NORMAL_QUANTILE = 1.959963984540054;
