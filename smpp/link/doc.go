// Package link keeps carriers bound: an ESME that dials, binds, and binds again
// for ever when a bind is lost. README.md is the operators' manual.
//
// A [Group] holds every [Link], which is one bind. Links of one carrier share
// what SMPP leaves to the carrier: message ids, receipts, parts of long texts and
// second deliveries may come over any of them.
//
// Texts from phones (deliver_sm, data_sm) go to a [Sink] in the order in which
// they came, and are acknowledged with ESME_ROK only after the sink has said
// that they are durable; else with ESME_RX_T_APPN, so that the carrier keeps
// them. Texts to phones wait in one queue per MSISDN. A text has one submit_sm
// under way at a time, and so has an MSISDN: its texts leave in order, over
// whichever link, while others overtake them up to the windows. What was provably
// not written goes out over another link, or after the next bind; what may have
// been is waited for as the policy says, then handed back as unknown, and never
// repeated here.
//
// Goroutines: one per link, which binds and waits; one pump, which alone
// submits; one that looks at the age of what waits; and those of each
// [smpp.Session], on which texts arrive and results are handed back. None of them
// waits for the application, and none is started per text.
package link
