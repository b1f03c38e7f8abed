package link

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// asks is a link that asks after ten minutes and takes back after an hour.
func asks(name string) Config {
	five := uint8(5)
	return Config{Name: name, Window: 2, Response: 10 * time.Second, QueryAfter: 10 * time.Minute, CancelAfter: time.Hour, SourceTON: &five}
}

func inquiry(age time.Duration, replaceable bool) *booking.Inquiry {
	m := to(mt(7, phone, "ticket"), "a")
	m.At = time.Now().Add(-age)
	return &booking.Inquiry{MT: m, MessageID: "31", Wire: "1F", Replaceable: replaceable}
}

// standings collects answers.
type standings struct{ list []booking.Standing }

func (s *standings) take(x booking.Standing) { s.list = append(s.list, x) }

// What a carrier may say to query_sm and cancel_sm, and what is made of it.
func TestQueryAnswers(t *testing.T) {
	is := func(state uint8) func(int, *smpp.Request) {
		return func(_ int, r *smpp.Request) {
			_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: r.PDU.MessageID, MessageState: state})
		}
	}
	status := func(s pdu.Status) func(int, *smpp.Request) {
		return func(_ int, r *smpp.Request) { _ = r.Respond(s, nil) }
	}
	then := func(first, second func(int, *smpp.Request)) func(int, *smpp.Request) {
		return func(n int, r *smpp.Request) {
			if n == 1 {
				first(n, r)
			} else {
				second(n, r)
			}
		}
	}
	silent := func(int, *smpp.Request) {}
	old, young := 2*time.Hour, 20*time.Minute
	for name, c := range map[string]struct {
		age         time.Duration
		replaceable bool
		answer      func(int, *smpp.Request)
		want        booking.Standing
		cancels     bool
	}{
		"delivered":             {young, true, is(2), booking.Standing{State: "DELIVRD"}, false},
		"expired":               {young, true, is(3), booking.Standing{State: "EXPIRED"}, false},
		"undeliverable, old":    {old, true, is(5), booking.Standing{State: "UNDELIV"}, false},
		"unknown to itself":     {old, true, is(7), booking.Standing{State: "UNKNOWN"}, false},
		"no state of 3.4":       {young, true, is(99), booking.Standing{}, false},
		"on its way":            {young, true, is(1), booking.Standing{State: "ENROUTE"}, false},
		"on its way for long":   {old, true, then(is(1), status(pdu.ESME_ROK)), booking.Standing{State: "DELETED"}, true},
		"accepted for long":     {old, true, then(is(6), status(pdu.ESME_ROK)), booking.Standing{State: "DELETED"}, true},
		"not to be sent again":  {old, false, is(1), booking.Standing{State: "ENROUTE"}, false},
		"too late to take back": {old, true, then(is(1), status(pdu.ESME_RCANCELFAIL)), booking.Standing{State: "ENROUTE"}, true},
		"cancel has no answer":  {old, true, then(is(1), silent), booking.Standing{State: "ENROUTE"}, true},
		"no such message":       {young, true, status(pdu.ESME_RINVMSGID), booking.Standing{Never: true}, false},
		"no such command":       {young, true, status(pdu.ESME_RINVCMDID), booking.Standing{Never: true}, false},
		"not now":               {old, true, status(pdu.ESME_RQUERYFAIL), booking.Standing{}, false},
		"throttled":             {old, true, status(pdu.ESME_RTHROTTLED), booking.Standing{}, false},
		"no answer":             {old, true, silent, booking.Standing{}, false},
		"about another message": {young, true, func(_ int, r *smpp.Request) { _ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "2A", MessageState: 2}) }, booking.Standing{}, false},
		"about nothing by name": {young, true, func(_ int, r *smpp.Request) { _ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageState: 2}) }, booking.Standing{State: "DELIVRD"}, false},
		"the same, other zeros": {young, true, func(_ int, r *smpp.Request) {
			_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "001f", MessageState: 2})
		}, booking.Standing{State: "DELIVRD"}, false},
		"bind lost on the query": {old, true, func(_ int, r *smpp.Request) { _ = r.Session().Close() }, booking.Standing{}, false},
		"bind lost on the cancel": {old, true, then(is(1), func(_ int, r *smpp.Request) { _ = r.Session().Close() }),
			booking.Standing{State: "ENROUTE"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := asks("a")
			cfg.ReceiptIDs = IDsHexToDecimal
			together(t, []Config{cfg}, nil, func(t *testing.T, p *party) {
				p.at["a"].script(c.answer)
				var got standings
				require.True(t, p.Inquire(inquiry(c.age, c.replaceable), got.take))
				time.Sleep(time.Minute)
				synctest.Wait()
				require.Equal(t, []booking.Standing{c.want}, got.list)
				sent := p.at["a"].got
				require.Equal(t, pdu.QuerySM, sent[0].ID)
				require.Equal(t, []any{"1F", code, uint8(5)}, []any{sent[0].MessageID, sent[0].Source.Addr, sent[0].Source.TON})
				require.Equal(t, c.cancels, len(sent) == 2)
				st := p.Links()[0].Stats()
				require.EqualValues(t, []uint64{1, uint64(len(sent) - 1)}, []uint64{st.Queries, st.Cancels})
				require.Zero(t, st.InFlight, "the slot is free again")
				if c.cancels {
					require.Equal(t, pdu.CancelSM, sent[1].ID)
					require.Equal(t, []string{"1F", phone.String()}, []string{sent[1].MessageID, sent[1].Dest.Addr})
				}
			})
		})
	}
}

// Questions take slots of the window like texts, and nobody asks who must not.
func TestQueryRoom(t *testing.T) {
	silent, receiver, other := asks("a"), asks("b"), asks("c")
	receiver.Carrier, receiver.Bind, other.QueryAfter = "a", pdu.BindReceiver, 0
	together(t, []Config{silent, receiver, other}, nil, func(t *testing.T, p *party) {
		var quiet silence
		p.at["a"].script(quiet.take)
		var got standings
		require.True(t, p.Queries())
		require.True(t, p.Inquire(inquiry(0, true), got.take))
		var r results
		p.send(&r, to(mt(1, phone, "hi"), "a"))
		synctest.Wait()
		require.Len(t, quiet.held(), 2)
		require.False(t, p.Inquire(inquiry(0, true), got.take), "the window is full")
		p.send(&r, to(mt(2, phone+1, "waits"), "a"))
		synctest.Wait()
		require.Len(t, quiet.held(), 2)
		_ = quiet.held()[0].Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "1F", MessageState: 2})
		synctest.Wait()
		require.Len(t, quiet.held(), 3, "its slot goes to the text")
		for _, link := range []string{"b", "c", "nobody"} {
			q := inquiry(0, true)
			q.Link = link
			require.False(t, p.Inquire(q, got.take), link)
		}
		p.at["a"].cut(errDown)
		synctest.Wait()
		require.False(t, p.Inquire(inquiry(0, true), got.take), "not bound")
		require.Equal(t, []booking.Standing{{State: "DELIVRD"}}, got.list)
		require.Empty(t, p.at["b"].got)
	})
}

// When to ask: first after query_after, then when the text is twice as old, and
// not past the time to take it back.
func TestNextInquiry(t *testing.T) {
	never := asks("c")
	never.QueryAfter = 0
	g := NewGroup([]Config{asks("a"), never}, &sink{}, nil)
	now := time.Now()
	next := func(link string, age time.Duration) time.Duration {
		q := inquiry(0, true)
		q.Link, q.At = link, now.Add(-age)
		at := g.NextInquiry(q, now)
		if at.IsZero() {
			return 0
		}
		return at.Sub(now)
	}
	for age, want := range map[time.Duration]time.Duration{
		0: 10 * time.Minute, 10 * time.Minute: 10 * time.Minute, 20 * time.Minute: 20 * time.Minute, 40 * time.Minute: 20 * time.Minute,
		time.Hour: time.Hour, 24 * time.Hour: 24 * time.Hour, 32 * 24 * time.Hour: 0,
	} {
		require.Equal(t, want, next("a", age), age)
	}
	require.Zero(t, next("c", time.Minute))
	require.Zero(t, next("nobody", time.Minute))
	require.False(t, NewGroup([]Config{never}, &sink{}, nil).Queries())
}

// A text that is taken says when to ask about it, and under which names: also
// when the answer was late, and when no receipt could be asked for.
func TestTakenTextsAreAskedAbout(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		m      func(*booking.MT)
		late   bool
		asked  bool
	}{
		"ticket":      {asked: true},
		"no receipts": {change: func(c *Config) { c.Registered = RegisterNone }, asked: true},
		"late answer": {late: true, asked: true},
		"a reply":     {m: func(m *booking.MT) { m.Receipt = false }},
		"all":         {change: func(c *Config) { c.Registered = RegisterAll }, m: func(m *booking.MT) { m.Receipt = false }, asked: true},
		"never":       {change: func(c *Config) { c.QueryAfter = 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := asks("a")
			cfg.ReceiptIDs = IDsHexToDecimal
			if c.change != nil {
				c.change(&cfg)
			}
			together(t, []Config{cfg}, nil, func(t *testing.T, p *party) {
				p.at["a"].script(func(n int, r *smpp.Request) {
					if c.late {
						time.AfterFunc(20*time.Second, func() { _ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "1F"}) })
						return
					}
					_ = r.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "1F"})
				})
				var r results
				m := ticket(1, "hi")
				if c.m != nil {
					c.m(&m)
				}
				p.send(&r, m)
				time.Sleep(30 * time.Second)
				synctest.Wait()
				list := append(r.whole(), p.sink.late...)
				got := list[len(list)-1]
				require.Equal(t, booking.Done, got.Verdict)
				require.Equal(t, "31", got.MessageID)
				if c.asked {
					require.Equal(t, "1F", got.Wire)
					require.WithinDuration(t, time.Now().Add(10*time.Minute), got.AskAt, 30*time.Second)
				} else {
					require.Zero(t, got.AskAt)
				}
			})
		})
	}
}
