package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"runtime/debug"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// calmGC is the GC percentage of a process with so little memory that the default would collect hundreds of times a second.
const calmGC = 800

// echo is an ESME that answers every text with the same text, as fast as the
// protocol goes: the other side of the benchmarks. It ends with its session.
func (p *program) echo(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("echo", flag.ContinueOnError)
	f.SetOutput(stderr)
	addr := f.String("addr", "127.0.0.1:2775", "`address` of the SMSC")
	systemID := f.String("system-id", "echo", "")
	password := f.String("password", "", "")
	window := f.Int("window", 100, "submit_sm without an answer")
	if rest, err := parse(f, args); err != nil || len(rest) > 0 {
		return misused(err, "echo", stdout, stderr)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(calmGC))
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", *addr)
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitUsage
	}
	var out pdu.PDU // of the reader's goroutine
	done := func(*pdu.PDU, error) {}
	s, err := smpp.Bind(ctx, c, smpp.BindRequest{SystemID: *systemID, Password: *password}, smpp.Config{Window: *window, MaxInbound: 1 << 16, Handle: func(r *smpp.Request) {
		out = pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source, ESMClass: r.PDU.ESMClass,
			DataCoding: r.PDU.DataCoding, ShortMessage: r.PDU.ShortMessage}
		if r.PDU.ID != pdu.DeliverSM || r.Session().TrySend(&out, done) != nil {
			_ = r.Respond(pdu.ESME_RX_T_APPN, nil) // no room: it comes again; a session that ended needs no answer
			return
		}
		_ = r.Respond(pdu.ESME_ROK, nil) // as above
	}})
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitDiffers
	}
	select {
	case <-s.Done():
	case <-ctx.Done():
		_ = s.Close() // always nil
		<-s.Done()
	}
	return exitOK
}
