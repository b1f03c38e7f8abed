//go:build race

package simulation

// histories is fewer under the race detector, which makes them many times slower.
const histories = 250
