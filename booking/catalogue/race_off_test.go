//go:build !race

package catalogue

// largest is how many places the largest catalogue of the tests has.
const largest = 30_000
