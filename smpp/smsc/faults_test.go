package smsc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

func TestDropBeforeAckForgetsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		s.DropBeforeAck(2)
		first := inject(t, s, phoneA, "one")
		second := inject(t, s, phoneA, "two")
		third := inject(t, s, phoneA, "three")
		require.Equal(t, []string{"one", "two"}, e.texts())
		require.Error(t, e.session.Err())
		require.Equal(t, Acked, mustMO(t, s, first).State)
		m := mustMO(t, s, second)
		require.Equal(t, Queued, m.State)
		require.Equal(t, []Outcome{Forgotten}, outcomes(m))
		require.Equal(t, pdu.ESME_ROK, m.Deliveries[0].Status, "the ESME has acknowledged it")

		e = bindVia(t, s, pdu.BindTransceiver, "gw")
		require.Equal(t, []string{"two", "three"}, e.texts())
		require.Equal(t, Acked, mustMO(t, s, third).State)
	})
}

func TestDropAfterSendCutsWhileTheESMEWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		e.setMute(true)
		s.DropAfterSend(1, time.Second)
		id := inject(t, s, phoneA, "one")
		require.Len(t, e.pdus(), 1)
		require.NoError(t, e.session.Err())
		time.Sleep(time.Second)
		synctest.Wait()
		require.Error(t, e.session.Err())
		require.Equal(t, []Outcome{Unknown}, outcomes(mustMO(t, s, id)))
	})
}

func TestBinds(t *testing.T) {
	for name, x := range map[string]struct {
		accounts map[string]string
		id, pw   string
		refuse   pdu.Status
		want     pdu.Status
	}{
		"anybody":          {nil, "x", "y", 0, 0},
		"known":            {map[string]string{"gw": "pw"}, "gw", "pw", 0, 0},
		"wrong password":   {map[string]string{"gw": "pw"}, "gw", "pW", 0, pdu.ESME_RINVPASWD},
		"no password":      {map[string]string{"gw": "pw"}, "gw", "", 0, pdu.ESME_RINVPASWD},
		"unknown":          {map[string]string{"gw": "pw"}, "g", "pw", 0, pdu.ESME_RINVSYSID},
		"nobody may":       {map[string]string{}, "gw", "", 0, pdu.ESME_RINVSYSID},
		"fault":            {nil, "x", "y", pdu.ESME_RBINDFAIL, pdu.ESME_RBINDFAIL},
		"fault goes first": {map[string]string{"gw": "pw"}, "g", "pw", pdu.ESME_RSYSERR, pdu.ESME_RSYSERR},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var events []Event
				s := New(Config{Accounts: x.accounts, OnEvent: func(e Event) { events = append(events, e) }})
				s.RefuseBinds(x.refuse)
				e, err := tryBind(t, s, smpp.BindRequest{SystemID: x.id, Password: x.pw})
				synctest.Wait()
				if x.want == pdu.ESME_ROK {
					require.NoError(t, err)
					require.Equal(t, "smscsim", e.session.Peer().SystemID)
					require.Len(t, s.Binds(), 1)
					require.Equal(t, x.id, s.Binds()[0].SystemID)
					require.NoError(t, e.session.Unbind(t.Context()))
					synctest.Wait()
					require.Equal(t, []EventKind{Bound, Gone}, kinds(events))
					require.ErrorIs(t, events[1].Err, smpp.ErrUnbound)
					return
				}
				require.ErrorIs(t, err, x.want)
				require.Equal(t, []EventKind{Refused, Failed}, kinds(events))
				require.Equal(t, x.want, events[0].Status)
				require.Equal(t, x.id, events[0].SystemID)
				s.Heal()
				require.Empty(t, s.Binds())
			})
		})
	}
}

func kinds(events []Event) []EventKind {
	var all []EventKind
	for _, e := range events {
		all = append(all, e.Kind)
	}
	return all
}

func TestSubmitFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		statuses := func(n int) []pdu.Status {
			var all []pdu.Status
			for range n {
				all = append(all, e.submit(submitSM("12345", phoneA, "x")).Status)
			}
			return all
		}
		const ok, busy, wrong = pdu.ESME_ROK, pdu.ESME_RTHROTTLED, pdu.ESME_RINVDSTADR
		s.Throttle(0.25)
		require.Equal(t, []pdu.Status{ok, ok, ok, busy, ok, ok, ok, busy}, statuses(8))
		s.Throttle(1)
		require.Equal(t, []pdu.Status{busy, busy}, statuses(2))
		s.Throttle(0)
		s.RefuseSubmits(wrong, 1)
		require.Equal(t, []pdu.Status{wrong, ok}, statuses(2))
		s.RefuseSubmits(wrong, -1)
		require.Equal(t, []pdu.Status{wrong, wrong, wrong}, statuses(3))
		s.Heal()
		require.Equal(t, []pdu.Status{ok}, statuses(1))
		require.Len(t, s.Inbox(phoneA), 8)

		s.DelayResp(4 * time.Second)
		start := time.Now()
		statuses(1)
		require.Equal(t, 4*time.Second, time.Since(start))

		s.WithholdResp(true)
		_, err := e.session.Submit(t.Context(), submitSM("12345", phoneA, "taken"))
		require.ErrorIs(t, err, smpp.ErrUnknownOutcome)
		require.Equal(t, "taken", s.Inbox(phoneA)[9].Text)
		mts := s.Ledger().MTs
		require.True(t, mts[len(mts)-1].Withheld)
		require.NotEmpty(t, mts[len(mts)-1].MessageID)
		require.True(t, mts[len(mts)-1].Resp.IsZero())
		require.Equal(t, 4*time.Second, mts[len(mts)-2].Resp.Sub(mts[len(mts)-2].At))
	})
}

func TestDuplicateSendsAcknowledgedTextsTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		s.Duplicate(2)
		id := inject(t, s, phoneA, "one")
		inject(t, s, phoneA, "two")
		inject(t, s, phoneA, "three")
		require.Equal(t, []string{"one", "one", "two", "two", "three"}, e.texts())
		m := mustMO(t, s, id)
		require.Equal(t, Acked, m.State)
		require.True(t, m.Deliveries[1].Duplicate)
		require.Equal(t, Answered, m.Deliveries[1].Outcome)
	})
}

func TestStallPassesNothingAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{EnquireLink: -1, RespTimeout: time.Hour})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		s.Stall(true)
		inject(t, s, phoneA, "one")
		answered := make(chan error, 1)
		go func() {
			_, err := e.session.Submit(t.Context(), submitSM("12345", phoneA, "x"))
			answered <- err
		}()
		time.Sleep(5 * time.Second)
		require.Empty(t, e.pdus())
		require.Empty(t, s.Inbox(phoneA))
		s.Stall(false)
		require.NoError(t, <-answered)
		require.Equal(t, []string{"one"}, e.texts())
		require.Len(t, s.Inbox(phoneA), 1)

		s.Stall(true)
		s.Drop()
		synctest.Wait()
		require.Error(t, e.session.Err(), "a connection that stands still can be cut")
		require.Empty(t, s.Binds())
	})
}

func TestControl(t *testing.T) {
	for _, x := range []struct {
		args []string
		want faults
	}{
		{[]string{"drop-ack"}, faults{dropAck: 1}},
		{[]string{"drop-ack", "5"}, faults{dropAck: 5}},
		{[]string{"drop-sent", "2", "300ms"}, faults{dropSent: 2, dropSentAfter: 300 * time.Millisecond}},
		{[]string{"duplicate", "3"}, faults{duplicate: Next(3)}},
		{[]string{"refuse-binds", "on"}, faults{refuseBinds: pdu.ESME_RBINDFAIL}},
		{[]string{"refuse-binds", "off"}, faults{}},
		{[]string{"stall", "on"}, faults{flow: stalled}},
		{[]string{"withhold", "on"}, faults{withhold: Share(1)}},
		{[]string{"throttle", "0.5"}, faults{throttle: Share(0.5)}},
		{[]string{"late", "2s"}, faults{respDelay: 2 * time.Second, late: Share(1)}},
		{[]string{"refuse", "0x0b", "2"}, faults{refuse: pdu.ESME_RINVDSTADR, refused: Next(2)}},
		{[]string{"refuse", "11"}, faults{refuse: pdu.ESME_RINVDSTADR, refused: Share(1)}},
		{[]string{"drop"}, faults{}},
	} {
		s := New(Config{})
		said, err := s.Control(x.args)
		require.NoError(t, err, x.args)
		require.NotEmpty(t, said)
		require.Equal(t, x.want, s.faults, x.args)
		_, err = s.Control([]string{"heal"})
		require.NoError(t, err)
		require.Equal(t, faults{}, s.faults)
	}
	for _, args := range [][]string{nil, {"explode"}, {"throttle"}, {"throttle", "2"}, {"stall", "maybe"}, {"late", "soon"}, {"late", "-1s"},
		{"drop-ack", "x"}, {"duplicate", "-1"}, {"drop-sent", "1", "x"}, {"refuse"}, {"refuse", "never"}, {"refuse", "1", "x"}} {
		_, err := New(Config{}).Control(args)
		require.ErrorIs(t, err, ErrControl, args)
	}
}

func TestControlsAreAllKnown(t *testing.T) {
	for _, c := range Controls() {
		_, err := New(Config{}).Control([]string{c.Verb})
		if err != nil {
			require.NotContains(t, err.Error(), "there are", c.Verb)
		}
		require.NotEmpty(t, c.Help)
	}
}

func TestLedgerAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		inject(t, s, phoneA, "BOOK <G123>")
		synctest.Wait()
		p := submitSM("12345", phoneA, "PAID")
		p.RegisteredDelivery = 1
		e.submit(p)
		synctest.Wait()
		var out bytes.Buffer
		require.NoError(t, s.Ledger().WriteJSON(&out))
		require.Contains(t, out.String(), "BOOK <G123>")
		var kinds []string
		lines := bufio.NewScanner(&out)
		for lines.Scan() {
			var row struct {
				Kind string
				MO
				MTs       []int64
				MessageID string `json:"message_id"`
			}
			require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
			kinds = append(kinds, row.Kind)
			switch row.Kind {
			case "mo":
				require.Equal(t, Acked, row.State)
				require.Len(t, row.Deliveries, 1)
			case "mt":
				require.Equal(t, "1000001", row.MessageID)
			case "text":
				require.Equal(t, []int64{1}, row.MTs)
			}
		}
		require.Equal(t, []string{"mo", "receipt", "mt", "text"}, kinds)
	})
}
