// Package booking is the domain of shortfare: customers, orders, money and
// the engine that carries one text from the carrier to a paid, issued ticket.
//
// It imports only leaves. Everything it needs of the world stands here as a
// port: Store, Ticketing, Bank, Carrier, Catalogue, Vault. A turn is the unit of
// work: everything due for one customer, decided by a pure function over a
// View and applied by the Store all at once or not at all.
//
// Nothing lives in memory between turns. What the engine queues in memory
// only hurries what the store already holds, so that a crash, a restart and
// an ordinary day are one path.
package booking
