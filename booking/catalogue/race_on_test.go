//go:build race

package catalogue

// largest is how many places the largest catalogue of the tests has: the race detector makes
// it ten times as slow to build.
const largest = 3_000
