package smsc

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

func TestDoses(t *testing.T) {
	for text, want := range map[string]string{"on": "on", "all": "on", "100%": "on", "off": "off", "0": "off", "3": "3", "1%": "1%", "0.01": "1%", "0.25": "25%"} {
		d, err := ParseDose(text)
		require.NoError(t, err)
		require.Equal(t, want, d.String(), text)
	}
	for _, text := range []string{"", "x", "-1", "101%", "1.5", "NaN", "%"} {
		_, err := ParseDose(text)
		require.ErrorIs(t, err, ErrControl, text)
	}
	d, n := Share(0.01), 0
	for range 1000 {
		if d.take() {
			n++
		}
	}
	require.Equal(t, 10, n)
}

func TestPartsThatAreSpoiled(t *testing.T) {
	long := strings.Repeat("BOOK G123 ", 40) // three parts
	for way, want := range map[string][]int{"reverse": {3, 2, 1}, "twice": {1, 1, 2, 2, 3, 3}, "lose": {1, 2}} {
		synctest.Test(t, func(t *testing.T) {
			s := New(Config{})
			e := bindVia(t, s, pdu.BindTransceiver, "gw")
			_, err := s.Control([]string{"parts", way, "1"})
			require.NoError(t, err)
			short := inject(t, s, phoneA, "short ones are left alone")
			id := inject(t, s, phoneA, long)
			after := inject(t, s, phoneA, long)
			synctest.Wait()
			var parts []int
			for _, p := range e.pdus()[1 : 1+len(want)] {
				parts = append(parts, int(p.ShortMessage[5]))
			}
			require.Equal(t, want, parts)
			m := mustMO(t, s, id)
			require.Equal(t, []string{way}, m.Damage)
			require.Equal(t, 3, m.Parts)
			require.Equal(t, Acked, m.State)
			for i, d := range m.Deliveries {
				require.Equal(t, want[i], d.Part)
			}
			require.Empty(t, mustMO(t, s, short).Damage)
			require.Empty(t, mustMO(t, s, after).Damage, "one was asked for")
		})
	}
}

func TestResendAfterTheNextBind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		for _, text := range []string{"one", "two", "three"} {
			inject(t, s, phoneA, text)
		}
		require.Len(t, e.pdus(), 3)
		_, err := s.Control([]string{"resend", "2"})
		require.NoError(t, err)
		require.Len(t, e.pdus(), 3)
		s.Drop()
		e = bindVia(t, s, pdu.BindTransceiver, "gw")
		require.Equal(t, []string{"two", "three"}, e.texts())
		l := s.Ledger()
		require.Len(t, l.MOs, 3)
		require.Len(t, l.Repeats, 2)
		require.Equal(t, []any{int64(2), Acked, "two"}, []any{l.Repeats[0].Again, l.Repeats[0].State, l.Repeats[0].Text})
		s.Drop()
		require.Empty(t, bindVia(t, s, pdu.BindTransceiver, "gw").pdus(), "only once")
	})
}

func TestDropAcksByShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		_, err := s.Control([]string{"drop-ack", "50%"})
		require.NoError(t, err)
		inject(t, s, phoneA, "one")
		inject(t, s, phoneA, "two")
		require.Equal(t, []string{"one", "two"}, e.texts())
		require.Error(t, e.session.Err())
		e = bindVia(t, s, pdu.BindTransceiver, "gw")
		require.Equal(t, []string{"two"}, e.texts())
	})
}

func TestOddReceiptsAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Receipts: Receipts{Bare: true}})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		_, err := s.Control([]string{"receipts", "odd", "on", "twice", "on"})
		require.NoError(t, err)
		forms := map[string]bool{}
		for range len(oddReceipts()) {
			p := submitSM("12345", phoneA, "text")
			p.RegisteredDelivery = 1
			e.submit(p)
		}
		texts := e.texts()
		require.Len(t, texts, 2*len(oddReceipts()))
		for _, text := range texts {
			forms[text[:7]+text[len(text)-4:]] = true
			r, err := coding.ParseReceipt(text)
			require.NoError(t, err, text)
			require.Equal(t, coding.StateDelivered, r.State, text)
			require.Contains(t, r.ID, "100000", text)
		}
		require.Greater(t, len(forms), 3)
	})
}

func TestReceiptsByWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		last := func(words ...string) *pdu.PDU {
			_, err := s.Control(append([]string{"receipts", "normal"}, words...))
			require.NoError(t, err)
			before := len(e.pdus())
			p := submitSM("12345", phoneA, "text")
			p.RegisteredDelivery = 1
			e.submit(p)
			if got := e.pdus(); len(got) > before {
				return got[len(got)-1]
			}
			return nil
		}
		require.Nil(t, last("off"))
		require.NotNil(t, last())
		p := last("payload")
		require.Empty(t, p.ShortMessage)
		require.Contains(t, string(p.Payload()), "stat:DELIVRD")
		require.Equal(t, pdu.DataSM, last("data_sm").ID)
		require.Empty(t, last("bare").TLVs)
		require.Contains(t, string(last("state", "UNDELIV", "bare").ShortMessage), "stat:UNDELIV")
		require.Contains(t, string(last("hex").ShortMessage), "id:f42")
		require.Nil(t, last("late", "1s"))
		time.Sleep(time.Second)
		n := len(e.pdus())
		start := time.Now()
		require.NotNil(t, last("early", "2s"))
		require.Equal(t, 2*time.Second, time.Since(start))
		require.Len(t, e.pdus(), n+1)
		for _, words := range [][]string{nil, {"never"}, {"late"}, {"state", "LOST"}, {"twice", "x"}} {
			_, err := s.Control(append([]string{"receipts"}, words...))
			require.ErrorIs(t, err, ErrControl)
		}
	})
}

func TestLateAndMissingAnswersByDose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{EnquireLink: -1})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		took := func() time.Duration {
			start := time.Now()
			_, _ = e.session.Submit(t.Context(), submitSM("12345", phoneA, "x")) // it may get no answer
			return time.Since(start)
		}
		_, err := s.Control([]string{"late", "3s", "1"})
		require.NoError(t, err)
		require.Equal(t, []time.Duration{3 * time.Second, 0}, []time.Duration{took(), took()})
		_, err = s.Control([]string{"withhold", "1"})
		require.NoError(t, err)
		require.Equal(t, []time.Duration{30 * time.Second, 0}, []time.Duration{took(), took()})
	})
}

func TestEnrouteQueryCancelReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{EnquireLink: -1})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		s.Enroute(time.Minute)
		send := func(change func(*pdu.PDU)) string {
			p := submitSM("12345", phoneA, "first")
			p.RegisteredDelivery = 1
			if change != nil {
				change(p)
			}
			return e.submit(p).MessageID
		}
		ask := func(id pdu.CommandID, message string) *pdu.PDU {
			return e.submit(&pdu.PDU{Header: pdu.Header{ID: id}, MessageID: message, Source: pdu.Address{Addr: "12345"}, ShortMessage: []byte("second")})
		}
		one, two, three := send(nil), send(nil), send(func(p *pdu.PDU) { p.ValidityPeriod = "000000000030000R" })
		q := ask(pdu.QuerySM, one)
		require.Equal(t, []any{byte(coding.StateEnroute), ""}, []any{q.MessageState, q.FinalDate})
		require.Equal(t, pdu.ESME_ROK, ask(pdu.CancelSM, one).Status)
		require.Equal(t, byte(coding.StateDeleted), ask(pdu.QuerySM, one).MessageState)
		require.Equal(t, pdu.ESME_RCANCELFAIL, ask(pdu.CancelSM, one).Status)
		require.Equal(t, pdu.ESME_ROK, ask(pdu.ReplaceSM, two).Status)
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Len(t, s.Inbox(phoneA), 1)
		require.Equal(t, "second", s.Inbox(phoneA)[0].Text)
		require.Equal(t, byte(coding.StateExpired), ask(pdu.QuerySM, three).MessageState)
		require.Equal(t, pdu.ESME_RREPLACEFAIL, ask(pdu.ReplaceSM, two).Status)
		for word, want := range map[string]pdu.Status{"on": pdu.ESME_RINVCMDID, "0x67": pdu.ESME_RQUERYFAIL} {
			_, err := s.Control([]string{"refuse-queries", word})
			require.NoError(t, err)
			for _, id := range []pdu.CommandID{pdu.QuerySM, pdu.CancelSM, pdu.ReplaceSM} {
				require.Equal(t, want, ask(id, two).Status)
			}
		}
		_, err := s.Control([]string{"refuse-queries", "off"})
		require.NoError(t, err)
		require.Equal(t, byte(coding.StateDelivered), ask(pdu.QuerySM, two).MessageState)
		texts := strings.Join(e.texts(), "\n")
		require.Contains(t, texts, "id:"+one+" sub:001 dlvrd:000")
		require.Contains(t, texts, "stat:DELETED")
		require.Contains(t, texts, "stat:EXPIRED")

		send(nil)
		send(func(p *pdu.PDU) { p.Source.Addr = "999" })
		p := &pdu.PDU{Header: pdu.Header{ID: pdu.CancelSM}, Source: pdu.Address{Addr: "12345"}, Dest: pdu.Address{Addr: phoneA}}
		require.Equal(t, pdu.ESME_ROK, e.submit(p).Status, "all from there to there")
		require.Equal(t, pdu.ESME_RCANCELFAIL, e.submit(p).Status)
		require.Len(t, s.enroute, 1)
		s.Heal()
		send(func(p *pdu.PDU) {
			p.ScheduleDeliveryTime = time.Now().UTC().Add(time.Hour).Format("060102150405") + "000+"
		})
		n := len(s.Inbox(phoneA))
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Len(t, s.Inbox(phoneA), n+2)
	})
}

func TestTimesOfTheStandard(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "000001020304000R": 26*time.Hour + 3*time.Minute + 4*time.Second, "260304050707000+": time.Minute,
		"260304060607004+": 0, "260304060607004-": 2 * time.Hour, "250304060607000+": 0, "26030405x707000+": 0, "260304050707000?": 0, "000001020304000R0": 0,
	} {
		require.Equal(t, want, span34(text, now), text)
	}
}

func TestSubmitMulti(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		p := submitSM("12345", "", "to all")
		p.ID, p.RegisteredDelivery = pdu.SubmitMulti, 1
		p.Dests = []pdu.Destination{{Flag: pdu.DestSME, Address: pdu.Address{Addr: phoneA}}, {Flag: pdu.DestList, List: "friends"},
			{Flag: pdu.DestSME, Address: pdu.Address{Addr: "13800138002"}}, {Flag: pdu.DestSME}}
		resp := e.submit(p)
		require.Equal(t, pdu.ESME_ROK, resp.Status)
		require.NotEmpty(t, resp.MessageID)
		require.Equal(t, []pdu.Unsuccess{{Address: pdu.Address{Addr: "friends"}, Status: pdu.ESME_RINVDLNAME}, {Status: pdu.ESME_RINVDSTADR}}, resp.Unsuccess)
		require.Len(t, s.Inbox(phoneA), 1)
		require.Len(t, s.Inbox("13800138002"), 1)
		require.Len(t, e.pdus(), 2, "receipts")
		p.Dests = p.Dests[1:2]
		require.Equal(t, pdu.ESME_RINVNUMDESTS, e.submit(p).Status)
		s.Throttle(1)
		p.Dests = []pdu.Destination{{Flag: pdu.DestSME, Address: pdu.Address{Addr: phoneA}}}
		require.Equal(t, pdu.ESME_RTHROTTLED, e.submit(p).Status)
	})
}

func TestAccountsWithOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Accounts: map[string]string{"free": "pw"}, ESMEs: map[string]Account{
			"slow": {Password: "pw", Rate: 2, NoReceipts: true, MaxBinds: 1, Window: 1, ShortCodes: []string{"100"}},
			"rx":   {Password: "pw", Binds: []pdu.CommandID{pdu.BindReceiver}, ShortCodes: []string{"200", "201"}}}})
		free := bindVia(t, s, pdu.BindTransceiver, "free")
		slow := bindVia(t, s, pdu.BindTransceiver, "slow")
		rx := bindVia(t, s, pdu.BindReceiver, "rx")
		_, err := tryBind(t, s, smpp.BindRequest{SystemID: "slow", Password: "pw"})
		require.ErrorIs(t, err, pdu.ESME_RALYBND)
		_, err = tryBind(t, s, smpp.BindRequest{SystemID: "rx", Password: "pw"})
		require.ErrorIs(t, err, pdu.ESME_RBINDFAIL)

		var got []pdu.Status
		for range 3 {
			p := submitSM("100", phoneA, "x")
			p.RegisteredDelivery = 1
			got = append(got, slow.submit(p).Status)
		}
		require.Equal(t, []pdu.Status{0, 0, pdu.ESME_RTHROTTLED}, got)
		time.Sleep(time.Second)
		require.Equal(t, pdu.ESME_ROK, slow.submit(submitSM("100", phoneA, "x")).Status)
		require.Empty(t, slow.pdus(), "no receipts")

		for _, code := range []string{"100", "200", "201", "300"} {
			_, err := s.Inject(phoneA, code, "to "+code, MOOptions{})
			require.NoError(t, err)
		}
		require.Equal(t, []string{"to 100"}, slow.texts())
		require.Equal(t, []string{"to 200", "to 201"}, rx.texts())
		require.Equal(t, []string{"to 300"}, free.texts())

		slow.setMute(true)
		for _, phone := range []string{"1", "2", "3"} {
			_, err := s.Inject(phone, "100", "more", MOOptions{})
			require.NoError(t, err)
		}
		require.Len(t, slow.pdus(), 2, "its window is 1")
		require.NoError(t, slow.session.Close())
		synctest.Wait()
		slow = bindVia(t, s, pdu.BindTransceiver, "slow")
		require.Len(t, slow.pdus(), 3, "who is gone does not count")
	})
}

func TestLedgerThatForgetsAndStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := New(Config{Keep: 10, KeepPDUs: 6, Stream: &out})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		for range 50 {
			inject(t, s, phoneA, "MO")
			synctest.Wait()
			p := submitSM("12345", phoneA, "MT")
			p.RegisteredDelivery = 1
			e.submit(p)
			synctest.Wait()
		}
		l := s.Ledger()
		for _, n := range []int{len(l.MOs), len(l.MTs), len(l.Texts), len(l.Receipts), len(s.moByID), len(s.mtByID), len(s.Inbox(phoneA))} {
			require.GreaterOrEqual(t, n, 10)
			require.Less(t, n, 20)
		}
		require.EqualValues(t, 50, l.Texts[len(l.Texts)-1].ID)
		texts, err := s.TextsAfter(timeout(t, time.Second), "+"+phoneA, 47, 2)
		require.NoError(t, err)
		require.Equal(t, []int64{48, 49}, []int64{texts[0].ID, texts[1].ID})
		_, err = s.TextsAfter(timeout(t, time.Second), "", 50, 2)
		require.Error(t, err)
		require.Len(t, l.PDUs, 6)
		require.Equal(t, []string{"submit_sm", "submit_sm_resp", "deliver_sm", "deliver_sm_resp"},
			[]string{l.PDUs[2].Command, l.PDUs[3].Command, l.PDUs[4].Command, l.PDUs[5].Command})

		e.setMute(true)
		inject(t, s, phoneA, "on its way")
		synctest.Wait()
		require.NoError(t, s.FlushLedger())
		kinds := map[string]int{}
		for line := range strings.Lines(out.String()) {
			var row struct{ Kind, Command, Octets, State string }
			require.NoError(t, json.Unmarshal([]byte(line), &row))
			kinds[row.Kind]++
			if row.Command == "bind_transceiver" {
				require.Empty(t, row.Octets, "it has the password")
			}
		}
		require.Equal(t, map[string]int{"mo": 51, "mt": 50, "text": 50, "receipt": 50, "pdu": 2 + 50*6 + 1}, kinds)
	})
}

func TestAlertAndDataSM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		e := bindVia(t, s, pdu.BindTransceiver, "gw")
		said, err := s.Control([]string{"alert", "+" + phoneA, "unavailable"})
		require.NoError(t, err)
		require.Equal(t, "1 ESMEs were told", said)
		p := e.pdus()[0]
		require.Equal(t, pdu.AlertNotification, p.ID)
		require.Equal(t, phoneA, p.Source.Addr)
		availability, _ := p.TLV(pdu.TagMsAvailabilityStatus)
		require.Equal(t, []byte{2}, availability.Value)
		_, err = s.Inject(phoneA, "12345", "as data", MOOptions{DataSM: true})
		require.NoError(t, err)
		p = e.pdus()[1]
		require.Equal(t, pdu.DataSM, p.ID)
		require.Equal(t, "as data", string(p.Payload()))
		for _, words := range [][]string{{"alert"}, {"alert", phoneA, "asleep"}, {"outbind"}, {"outbind", "nowhere"}} {
			_, err = s.Control(words)
			require.ErrorIs(t, err, ErrControl)
		}
		_, err = s.Control([]string{"outbind", "127.0.0.1:1"})
		require.ErrorIs(t, err, ErrNotServing)
	})
}
