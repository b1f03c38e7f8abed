package link

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// lateSink is a sink that is told of late acknowledgements.
type lateSink struct {
	sink
	late []booking.SendResult
}

func (s *lateSink) Late(_ booking.MT, r booking.SendResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Bind = 0
	s.late = append(s.late, r)
}

// party is a group and a carrier per link, by the names of the links.
type party struct {
	*Group
	at     map[string]*carrier
	sink   *lateSink
	logs   *observer.ObservedLogs
	cancel func()
	ended  chan error
}

// together runs f with links that are bound, but for those of down.
func together(t *testing.T, list []Config, down map[string]bool, f func(t *testing.T, p *party)) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.DebugLevel)
		p := &party{at: map[string]*carrier{}, sink: &lateSink{}, logs: logs, ended: make(chan error, 1)}
		for i := range list {
			c := &carrier{}
			if down[list[i].Name] {
				c.dialErr = errDown
			}
			p.at[list[i].Name] = c
			list[i].SystemID, list[i].Dial, list[i].BackoffMin = "esme", c.dial, 100*time.Millisecond
		}
		p.Group = NewGroup(list, p.sink, zap.New(core))
		ctx, cancel := context.WithCancel(t.Context())
		p.cancel = cancel
		go func() { p.ended <- p.Run(ctx) }()
		defer func() {
			cancel()
			<-p.ended
			for _, c := range p.at {
				c.close()
			}
		}()
		synctest.Wait()
		f(t, p)
	})
}

func (p *party) send(r *results, m booking.MT) bool {
	return p.Send(m, func(res booking.SendResult) {
		r.mu.Lock()
		defer r.mu.Unlock()
		res.Bind = 0 // a number that grows with time
		r.list, r.full = append(r.list, outcome{SendResult: res, ID: m.ID}), append(r.full, res)
	})
}

// count returns how many submits a link's carrier got.
func (p *party) count(link string) int { return len(p.at[link].texts()) }

func (c *carrier) cut(err error) {
	c.mu.Lock()
	c.dialErr = err
	c.mu.Unlock()
	_ = c.last().Close()
}

func to(m booking.MT, carrier string) booking.MT {
	m.Link = carrier
	return m
}

// Weighted choice among the links of a carrier; receivers carry nothing.
func TestS15WeightedChoice(t *testing.T) {
	together(t, []Config{{Name: "a", Carrier: "x", Weight: 3, Window: 1000}, {Name: "b", Carrier: "x", Window: 1000}, {Name: "r", Carrier: "x", Bind: pdu.BindReceiver}},
		nil, func(t *testing.T, p *party) {
			var r results
			for i := range 400 {
				p.send(&r, to(mt(int64(i), phone+booking.MSISDN(i), "hi"), "x"))
			}
			synctest.Wait()
			require.Len(t, r.all(), 400)
			require.Equal(t, []int{300, 100, 0}, []int{p.count("a"), p.count("b"), p.count("r")})
			require.Equal(t, "x", r.whole()[0].Link)
			require.NoError(t, p.Ready())
		})
}

// A transmitter's texts have their receipts on the receiver, and the receiver
// takes texts; each bind is asked for what it is.
func TestS15ReceiverAndTransmitter(t *testing.T) {
	together(t, []Config{{Name: "tx", Carrier: "x", Bind: pdu.BindTransmitter}, {Name: "rx", Carrier: "x", Bind: pdu.BindReceiver}}, nil, func(t *testing.T, p *party) {
		require.Equal(t, smpp.BoundTX, p.at["tx"].last().State())
		require.Equal(t, smpp.BoundRX, p.at["rx"].last().State())
		var r results
		m := to(mt(1, phone, "ticket"), "x")
		m.Receipt = true
		p.send(&r, m)
		synctest.Wait()
		rcpt := mo("id:id-1 stat:DELIVRD err:000")
		rcpt.ESMClass = 4
		require.Equal(t, pdu.ESME_ROK, <-p.at["rx"].deliver(t, rcpt))
		require.Equal(t, pdu.ESME_ROK, <-p.at["rx"].deliver(t, mo("hello")))
		require.Equal(t, r.whole()[0].Link, p.sink.receipts[0].Link)
		require.Equal(t, r.whole()[0].MessageID, p.sink.receipts[0].MessageID)
		require.True(t, r.whole()[0].Receipt)
		require.Equal(t, "x", p.sink.arrived()[0].MO.Link)
	})
}

// Parts of one text over two binds of a carrier have one key and join.
func TestS15PartsOverBinds(t *testing.T) {
	together(t, []Config{{Name: "a", Carrier: "x"}, {Name: "b", Carrier: "x"}, {Name: "c"}}, nil, func(t *testing.T, p *party) {
		list := udhParts(t, "G123 5 May "+fmt.Sprintf("%200d", 7), false)
		require.Len(t, list, 2)
		<-p.at["a"].deliver(t, list[0])
		<-p.at["b"].deliver(t, list[1])
		<-p.at["c"].deliver(t, list[1])
		got := p.sink.arrived()
		require.Equal(t, got[0].Part.Key, got[1].Part.Key)
		require.NotEqual(t, got[0].Part.Key, got[2].Part.Key, "another carrier")
		_, complete, err := got[1].Join([]booking.Part{*got[0].Part, *got[1].Part})
		require.NoError(t, err)
		require.True(t, complete)
	})
}

// Only texts of the bind that died can be second deliveries, over whichever
// bind they come; a clean end loses nothing.
func TestS04S15LostBinds(t *testing.T) {
	together(t, []Config{{Name: "a", Carrier: "x"}, {Name: "b", Carrier: "x", DedupeWindow: time.Minute}, {Name: "c"}}, nil, func(t *testing.T, p *party) {
		for _, n := range []string{"a", "b", "c"} {
			<-p.at[n].deliver(t, mo("first"))
		}
		died := time.Now()
		p.at["a"].cut(errDown)
		time.Sleep(5 * time.Second)
		for _, n := range []string{"b", "c"} {
			<-p.at[n].deliver(t, mo("first"))
		}
		got := p.sink.arrived()
		a, b := got[0].MO.Session, got[1].MO.Session
		require.Equal(t, []booking.Lost{{First: a, Last: a, From: died.Add(-ackMargin)}}, got[3].MO.Lost)
		require.Nil(t, got[4].MO.Lost, "another carrier")
		var cust booking.Customer
		require.False(t, cust.Repeated(&got[1].MO, nil), "over b, which lives")
		require.False(t, cust.Repeated(&booking.MO{Hash: got[3].MO.Hash, Session: b + 9, At: got[3].MO.At, DupFloor: got[3].MO.DupFloor, Lost: got[3].MO.Lost}, nil), "his own repeat is not eaten")
		cust = booking.Customer{}
		require.False(t, cust.Repeated(&got[0].MO, nil))
		require.True(t, cust.Repeated(&got[3].MO, nil), "over a, which died")
		time.Sleep(11 * time.Minute)
		<-p.at["b"].deliver(t, mo("first"))
		require.Zero(t, p.sink.arrived()[5].MO.DupFloor, "the window has ended")
		require.NotEqual(t, a, b)
	})
}

// A text of which nothing was written goes over another link at once; what may
// have been written does not.
func TestS15Failover(t *testing.T) {
	together(t, []Config{{Name: "a", Carrier: "x", Window: 1}, {Name: "b", Carrier: "x", Window: 1}}, map[string]bool{"b": true}, func(t *testing.T, p *party) {
		p.at["a"].script(func(int, *smpp.Request) {}) // no answer
		var r results
		for i := range int64(5) {
			p.send(&r, to(mt(i, phone+booking.MSISDN(i%2), fmt.Sprint("text ", i)), "x"))
		}
		synctest.Wait()
		p.at["b"].mu.Lock()
		p.at["b"].dialErr = nil
		p.at["b"].mu.Unlock()
		p.at["a"].cut(errDown)
		time.Sleep(10 * time.Minute)
		require.Equal(t, 1, p.count("a"))
		require.Equal(t, 4, p.count("b"), "each of the others once")
		require.Len(t, r.all(), 5)
		verdicts := map[int64]booking.Verdict{}
		var even []int64
		for _, o := range r.all() {
			verdicts[o.ID] = o.Verdict
			if o.ID%2 == 0 {
				even = append(even, o.ID)
			}
		}
		require.Equal(t, map[int64]booking.Verdict{0: booking.Unknown, 1: booking.Done, 2: booking.Done, 3: booking.Done, 4: booking.Done}, verdicts)
		require.Equal(t, []int64{0, 2, 4}, even, "the order of a phone is kept")
	})
}

// Routing: the carrier that the customer wrote over, else by prefix, else any;
// a carrier that is away for long enough is replaced by an allowed one.
func TestRouting(t *testing.T) {
	list := []Config{{Name: "north", Prefixes: []string{"86138", "8613"}}, {Name: "south", Prefixes: []string{"86139"}, ShortCodes: []string{"10684"}},
		{Name: "rest"}, {Name: "other", ShortCodes: []string{"999"}}}
	for _, c := range []struct {
		name, link, avoid string
		from              string
		to                booking.MSISDN
		want              [2]string // and when that one is away
	}{
		{"wrote over south", "south", "", "10684", 8613800000001, [2]string{"south", "north"}},
		{"by prefix", "", "", "10684", 8613900000001, [2]string{"south", "north"}},
		{"no prefix fits", "", "", "10684", 8617700000001, [2]string{"rest", ""}},
		{"a code of its own", "", "", "999", 8617700000001, [2]string{"rest|other", "rest|other"}},
		{"south does not carry it", "south", "", "555", 8613800000001, [2]string{"north", "rest"}},
		{"avoid", "north", "north", "10684", 8613800000001, [2]string{"rest", "north"}},
		{"unknown carrier", "gone", "", "10684", 8613800000001, [2]string{"north", "rest"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			together(t, append([]Config(nil), list...), nil, func(t *testing.T, p *party) {
				var r results
				m := mt(1, c.to, "hi")
				m.Link, m.Avoid, m.From.Addr = c.link, c.avoid, c.from
				p.send(&r, m)
				synctest.Wait()
				require.Len(t, r.all(), 1)
				first := r.whole()[0].Link
				require.Contains(t, c.want[0], first)
				p.at[first].cut(errDown)
				synctest.Wait()
				m.ID = 2
				p.send(&r, m)
				time.Sleep(4 * time.Second)
				if c.want[0] != c.want[1] { // else another one is as good
					require.Len(t, r.all(), 1, "it may come back")
				}
				time.Sleep(2 * time.Second)
				if c.want[1] == "" {
					require.Len(t, r.all(), 1, "no other is allowed")
					return
				}
				require.Contains(t, c.want[1], r.whole()[1].Link)
				require.NotEqual(t, first, r.whole()[1].Link)
			})
		})
	}
}

// TestAgeAlarm: texts that wait too long are shown, once, and their end as well.
func TestS05AgeAlarm(t *testing.T) {
	together(t, []Config{{Name: "a", AlarmAge: time.Minute}}, nil, func(t *testing.T, p *party) {
		p.at["a"].script(func(_ int, r *smpp.Request) { _ = r.Respond(pdu.ESME_RTHROTTLED, nil) })
		var r results
		p.send(&r, mt(1, phone, "hi"))
		time.Sleep(50 * time.Second)
		require.False(t, p.Links()[0].Stats().Alarm)
		time.Sleep(time.Hour)
		require.True(t, p.Links()[0].Stats().Alarm)
		require.Equal(t, 1, p.logs.FilterMessage("texts wait too long for their carrier").Len())
		require.Empty(t, r.all(), "nothing is dropped")
		p.at["a"].script(accept)
		time.Sleep(time.Minute)
		require.Len(t, r.all(), 1)
		require.False(t, p.Links()[0].Stats().Alarm)
		require.Equal(t, 1, p.logs.FilterMessage("texts no longer wait too long").Len())
	})
}
