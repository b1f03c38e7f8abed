//go:build race

package parser_test

// thin is how many letters of the alphabet are passed over at a time: the
// race detector makes every text ten times as slow.
const thin = 23
