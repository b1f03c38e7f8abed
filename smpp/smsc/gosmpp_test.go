package smsc

import (
	"context"
	"fmt"
	"strings"
	"testing"

	gosmpp "github.com/fiorix/go-smpp/smpp"
	gopdu "github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutext"
	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

// TestGoSMPPBinds lets the Transceiver of github.com/fiorix/go-smpp, which shares
// no code with us, bind to our SMSC. What it is known to do wrong is kept out
// of its way:
//
//   - it takes a deliver_sm for the answer to a submit_sm of the same sequence
//     number, so ours begin at 2^30, where its own never come;
//   - it gives up a submit_sm after RespTimeout, one second by default;
//   - it answers deliver_sm after its handler, always with ESME_ROK, so refusals
//     are not tried with it;
//   - its first bind is made before Bind returns a status that can be read, and
//     a bind that is refused is tried again after seconds, so only a good one is made;
//   - it takes the user data header out of short_message and writes it back
//     wrong, so the test puts it together from the elements;
//   - its Close sends unbind and may take the next PDU of any kind for the answer.
func TestGoSMPPBinds(t *testing.T) {
	s := New(Config{Accounts: map[string]string{"gw": "secret"}, FirstSequence: 1 << 30})
	addr, _ := listen(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()

	got := make(chan delivered, 100)
	tc := &gosmpp.Transceiver{Addr: addr, User: "gw", Passwd: "secret", RespTimeout: limit, Handler: func(p gopdu.Body) {
		if p.Header().ID != gopdu.DeliverSMID {
			return
		}
		f := p.Fields()
		got <- delivered{f[pdufield.SourceAddr].String(), f[pdufield.DestinationAddr].String(), f[pdufield.ESMClass].Bytes()[0],
			f[pdufield.DataCoding].Bytes()[0], append(userDataHeader(f), f[pdufield.ShortMessage].Bytes()...)}
	}}
	status := tc.Bind()
	defer func() { _ = tc.Close() }()
	select {
	case st := <-status:
		require.Equal(t, gosmpp.Connected, st.Status(), "%v", st.Error())
	case <-ctx.Done():
		t.Fatal("no bind")
	}
	require.NoError(t, s.WaitBound(ctx, 1))

	texts := []string{"BOOK G123 2", "订G123两张 二等", strings.Repeat("a long text, ", 30)}
	for _, text := range texts {
		id := inject(t, s, phoneA, text)
		m, err := s.WaitMO(ctx, id)
		require.NoError(t, err)
		require.Equal(t, Acked, m.State)
		require.Equal(t, text, readDelivered(t, got, m.Parts))
	}

	for i := range 50 {
		text := fmt.Sprintf("reply %d €", i)
		sm, err := tc.Submit(&gosmpp.ShortMessage{Src: "12345", Dst: phoneA, Text: pdutext.GSM7(text), Register: pdufield.FinalDeliveryReceipt})
		require.NoError(t, err)
		require.NotEmpty(t, sm.RespID())
		inbox := s.Inbox(phoneA)
		require.Equal(t, text, inbox[len(inbox)-1].Text)
		receipt, err := coding.DecodeGSM7((<-got).octets, coding.Shift{})
		require.NoError(t, err)
		r, err := coding.ParseReceipt(receipt)
		require.NoError(t, err)
		require.Equal(t, sm.RespID(), r.ID)
	}
	long := strings.Repeat("已付1106元。", 40)
	_, err := tc.SubmitLongMsg(&gosmpp.ShortMessage{Src: "12345", Dst: phoneB, Text: pdutext.UCS2(long)})
	require.NoError(t, err)
	all, err := s.Wait(ctx, phoneB, 1)
	require.NoError(t, err)
	require.Equal(t, long, all[0].Text)
	_, err = tc.Submit(&gosmpp.ShortMessage{Src: "12345", Dst: "", Text: pdutext.GSM7("x")})
	require.Error(t, err)
	require.NoError(t, s.WaitIdle(ctx))
}

// delivered is a deliver_sm as the handler of go-smpp saw it.
type delivered struct {
	from, to string
	esm, dcs uint8
	octets   []byte
}

// readDelivered joins the parts of one text.
func readDelivered(t *testing.T, got <-chan delivered, n int) string {
	t.Helper()
	var parts []coding.Fragment
	for range n {
		d := <-got
		require.Equal(t, phoneA, d.from)
		require.Equal(t, "12345", d.to)
		f, single, err := coding.ExtractFragment(coding.Inbound{Source: d.from, Dest: d.to, ESMClass: d.esm, DataCoding: coding.DataCoding(d.dcs), ShortMessage: d.octets})
		require.NoError(t, err)
		if single {
			text, err := f.Text(coding.GSM7)
			require.NoError(t, err)
			return text
		}
		parts = append(parts, f)
	}
	text, complete, _, err := coding.Join(coding.GSM7, parts)
	require.NoError(t, err)
	require.True(t, complete)
	return text
}

// userDataHeader gives the header that go-smpp has taken apart.
func userDataHeader(f pdufield.Map) []byte {
	list, ok := f[pdufield.GSMUserData].(*pdufield.UDHList)
	if !ok || len(list.Data) == 0 {
		return nil
	}
	header := []byte{0}
	for _, u := range list.Data {
		header = append(header, u.IEI.Data, u.IELength.Data)
		header = append(header, u.IEData.Data...)
	}
	header[0] = byte(len(header) - 1)
	return header
}
