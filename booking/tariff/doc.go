// Package tariff tells what cancelling or changing a ticket costs. Rules are
// configuration: ladders of fees by the time left before departure, for kinds
// and classes of services, and windows in which nothing is taken. Everything is
// pure; times are instants, so that zones and summer time do not matter.
//
// Two things hold for all rules that Rules.Problems finds nothing wrong with: a
// fee is never negative and never above the fare of the seat, and it never falls
// as departure comes nearer while no free window begins or ends.
package tariff
