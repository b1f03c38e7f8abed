package smpp

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/pdu"
)

// answerTo says how a bound session answers a command of its peer, by itself or
// by its application, which refuses everything with ESME_RINVCMDID here: SMPP
// 3.4 table 2-1 for what may be asked, §4.3 for what nobody knows.
func answerTo(id pdu.CommandID, from Role) (answer pdu.CommandID, status pdu.Status) {
	switch {
	case id == pdu.EnquireLink:
		return pdu.EnquireLinkResp, pdu.ESME_ROK
	case id&0x80000000 != 0 && id.Known(), id == pdu.GenericNack:
		return 0, 0 // an answer to nothing is counted
	case !id.Known():
		return pdu.GenericNack, pdu.ESME_RINVCMDID
	case mayIssue(id, from)&(1<<BoundTRX) != 0:
		if !id.HasResponse() {
			return 0, 0
		}
		return id.Response(), pdu.ESME_RINVCMDID
	case !id.HasResponse():
		return pdu.GenericNack, pdu.ESME_RINVBNDSTS
	}
	return id.Response(), pdu.ESME_RINVBNDSTS
}

// S20: every command, known or not, gets the documented answer from either end,
// and the bind lives.
func TestS20EveryCommandIsAnswered(t *testing.T) {
	commands := []pdu.CommandID{0x7FFFFFFF, 0xFFFFFFFF, 0x80000200, 0x00010004}
	for id := range pdu.CommandID(0x120) {
		commands = append(commands, id, id|0x80000000)
	}
	for _, role := range []Role{ESME, SMSC} {
		synctest.Test(t, func(t *testing.T) { everyCommand(t, role, commands) })
	}
}

func everyCommand(t *testing.T, role Role, commands []pdu.CommandID) {
	refuse := Config{EnquireLink: -1, Handle: func(r *Request) { _ = r.Respond(pdu.ESME_RINVCMDID, nil) }} // some have no answer
	var s *Session
	var peer net.Conn
	if role == ESME {
		s, peer, _ = boundESME(t, refuse)
	} else {
		s, peer = boundSMSC(t, refuse)
	}
	answers := make(chan []byte, 10)
	reader := pdu.NewReader(peer)
	go func() {
		for {
			frame, err := reader.Next()
			if err != nil {
				return
			}
			answers <- append([]byte(nil), frame...)
		}
	}()
	for n, id := range commands {
		if id == pdu.Unbind || id.IsBind() {
			continue // end the bind, or begin one: see testdata/bind.txt
		}
		header := pdu.Header{ID: id, Sequence: uint32(n + 100)}
		raw, err := (&pdu.PDU{Header: header}).AppendTo(nil)
		if err != nil { // an unknown one: a header is enough
			raw, err = (&pdu.PDU{Header: pdu.Header{ID: pdu.EnquireLink, Sequence: header.Sequence}}).AppendTo(nil)
			require.NoError(t, err)
			raw[4], raw[5], raw[6], raw[7] = byte(id>>24), byte(id>>16), byte(id>>8), byte(id)
		}
		_, err = peer.Write(raw)
		require.NoError(t, err)
		synctest.Wait()
		answer, status := answerTo(id, role.other())
		if answer == 0 {
			require.Empty(t, answers, "%v to %v", id, role)
			continue
		}
		require.Len(t, answers, 1, "%v to %v", id, role)
		got, err := pdu.Decode(<-answers)
		require.NoError(t, err)
		require.Equal(t, pdu.Header{Length: got.Length, ID: answer, Status: status, Sequence: header.Sequence}, got.Header, "%v to %v", id, role)
	}
	time.Sleep(time.Minute)
	require.Equal(t, BoundTRX, s.State())
	require.NoError(t, s.Close())
	<-s.Done()
	_ = peer.Close()
}

// boundSMSC returns a bound session over a pipe and the raw other end, from inside a bubble.
func boundSMSC(t *testing.T, cfg Config) (*Session, net.Conn) {
	ours, theirs := net.Pipe()
	s := Accept(ours, cfg, func(*pdu.PDU) pdu.Status { return pdu.ESME_ROK })
	raw, err := (&pdu.PDU{Header: pdu.Header{ID: pdu.BindTransceiver, Sequence: 1}, SystemID: "esme"}).AppendTo(nil)
	require.NoError(t, err)
	go func() { _, _ = theirs.Write(raw) }() // the answer says whether it arrived
	_, err = pdu.NewReader(theirs).Next()
	require.NoError(t, err)
	<-s.Bound()
	return s, theirs
}
