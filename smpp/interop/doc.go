// Package interop holds no code of the product: its tests let programs that
// others wrote talk with both of our ends over loopback, as an ESME bound to
// package smsc and as an SMSC that package link binds to.
//
// The peers are the npm package smpp 0.5.1, Perl's Net::SMPP 1.19 and Kannel
// 1.4.5 (bearerbox and smsbox); go-smpp is in the tests of smpp, smpp/link,
// smpp/smsc and smpp/pdu. `make test` installs them where it can. A test whose
// peer is absent is skipped and says so; with CI=true it fails.
//
// What a peer is known to do wrong stands at its test, and is kept out of its way there.
package interop
