//go:build !race

package parser_test

// thin is how many letters of the alphabet are passed over at a time.
const thin = 1
