// Package link keeps one carrier bound: an ESME that dials, binds as a
// transceiver, and binds again for ever when the bind is lost.
//
// Texts from phones (deliver_sm, data_sm) go to a [Sink] in the order in which
// they came, and are acknowledged with ESME_ROK only after the sink has said
// that they are durable; else with ESME_RX_T_APPN, so that the carrier keeps
// them. Texts to phones wait in one queue per MSISDN. A text has one submit_sm
// under way at a time, and so has an MSISDN: its texts leave in order, while
// others overtake them up to the window. What was provably not written goes out
// after the next bind; what may have been is handed back as unknown and never
// repeated here.
//
// Goroutines: Run, which binds and waits; one pump, which alone submits; and
// those of the [smpp.Session], on which texts arrive and results are handed
// back. None of them waits for the application, and none is started per text.
package link
