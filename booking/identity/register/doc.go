// Package register asks a register of persons whether identities are real: an
// adapter of booking.IdentityVerifier over HTTP, and None, which asks nobody.
// README.md is the contract that a register, or a bridge to one, must keep.
//
// An answer is believed when it is complete, signed, fresh and about the
// question that was asked; anything else is booking.Unknown. Nothing is tried
// again here: that is the engine's business.
//
// The number of a document is in the body of the request and nowhere else: in no
// URL, no header, no error and no log.
package register
