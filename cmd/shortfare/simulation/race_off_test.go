//go:build !race

package simulation

// histories is how many seeds are played where SHORTFARE_HISTORIES says nothing.
const histories = 5000
