package link

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp"
	"shortfare/smpp/pdu"
)

// patient waits for what may still come.
func patient(name string) Config {
	return Config{Name: name, Reference: true, Response: 10 * time.Second,
		Unknown: UnknownByKind{Ticket: UnknownPolicy{Wait: time.Minute}, Notice: UnknownPolicy{Never: true}}}
}

func ticket(id int64, text string) booking.MT {
	m := to(mt(id, phone, text), "a")
	m.Receipt = true
	return m
}

// silence keeps requests without an answer.
type silence struct {
	mu   sync.Mutex
	list []*smpp.Request
}

func (s *silence) take(_ int, r *smpp.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, r)
}

func (s *silence) held() []*smpp.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*smpp.Request(nil), s.list...)
}

// S18: the policy of a kind says what follows a submit without an answer.
func TestS18PolicyPerKind(t *testing.T) {
	together(t, []Config{patient("a")}, nil, func(t *testing.T, p *party) {
		var quiet silence
		p.at["a"].script(quiet.take)
		var r results
		begun := time.Now()
		var mu sync.Mutex
		after := map[int64]time.Duration{}
		notice := to(mt(2, phone+1, "working on it"), "a")
		notice.Notice = true
		for _, m := range []booking.MT{ticket(1, "ticket"), notice, to(mt(3, phone+2, "quote"), "a")} {
			require.True(t, p.Send(m, func(res booking.SendResult) {
				mu.Lock()
				defer mu.Unlock()
				after[m.ID] = time.Since(begun)
				r.full = append(r.full, res)
			}))
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		require.Equal(t, 10*time.Second, after[2])
		require.Equal(t, 10*time.Second, after[3])
		require.Equal(t, 70*time.Second, after[1])
		for _, x := range r.full {
			require.Equal(t, booking.Unknown, x.Verdict)
			require.False(t, x.NotSent)
			require.Equal(t, "a", x.Link)
		}
		require.Equal(t, 1, countOnce(r.whole()))
		require.Len(t, quiet.held(), 3, "never repeated by the link")
	})
}

func countOnce(list []booking.SendResult) (n int) {
	for _, r := range list {
		if r.Once {
			n++
		}
	}
	return n
}

// S06, S18: a text in doubt is settled by a late answer, by a late refusal, or
// by the receipt; the next text of the phone waits for that.
func TestS06S18SettledInDoubt(t *testing.T) {
	receipt := func(t *testing.T, p *party, ref uint16) {
		d := mo("id:late-7 stat:DELIVRD err:000")
		d.ESMClass, d.TLVs = 4, []pdu.TLV{pdu.Uint16TLV(pdu.TagUserMessageReference, ref)}
		require.Equal(t, pdu.ESME_ROK, <-p.at["a"].deliver(t, d))
	}
	for name, c := range map[string]struct {
		come func(t *testing.T, p *party, held *smpp.Request)
		want booking.SendResult
	}{
		"late answer": {func(t *testing.T, _ *party, held *smpp.Request) {
			require.NoError(t, held.Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "late-7"}))
		}, booking.SendResult{Verdict: booking.Done, MessageID: "late-7", Link: "a", Receipt: true}},
		"late refusal": {func(t *testing.T, _ *party, held *smpp.Request) {
			require.NoError(t, held.Respond(pdu.ESME_RINVDSTADR, nil))
		}, booking.SendResult{Verdict: booking.Refused, Status: uint32(pdu.ESME_RINVDSTADR), Link: "a", Receipt: true}},
		"receipt": {func(t *testing.T, p *party, held *smpp.Request) {
			ref, ok := uintOf(held.PDU, pdu.TagUserMessageReference)
			require.True(t, ok)
			receipt(t, p, uint16(ref))
		}, booking.SendResult{Verdict: booking.Done, MessageID: "late-7", Link: "a", Receipt: true}},
		"receipt of another text": {func(t *testing.T, p *party, held *smpp.Request) {
			ref, _ := uintOf(held.PDU, pdu.TagUserMessageReference)
			receipt(t, p, uint16(ref)+1)
		}, booking.SendResult{Verdict: booking.Unknown, Link: "a", Receipt: true}},
	} {
		t.Run(name, func(t *testing.T) {
			together(t, []Config{patient("a")}, nil, func(t *testing.T, p *party) {
				var quiet silence
				p.at["a"].script(quiet.take)
				var r results
				p.send(&r, ticket(1, "ticket"))
				p.send(&r, ticket(2, "next"))
				time.Sleep(30 * time.Second)
				require.Empty(t, r.all())
				require.Len(t, quiet.held(), 1, "the next one waits")
				p.at["a"].script(accept)
				c.come(t, p, quiet.held()[0])
				time.Sleep(2 * time.Minute)
				require.Len(t, r.all(), 2)
				require.Equal(t, c.want, r.whole()[0])
				require.Equal(t, booking.Done, r.whole()[1].Verdict)
				require.Empty(t, p.sink.late)
				require.Zero(t, p.Links()[0].Stats().Queue+p.Links()[0].Stats().InFlight)
			})
		})
	}
}

// S06: an answer that comes after the text was handed back settles its row, and
// a second copy that still waits does not leave.
func TestS06LateAnswerAfterHandBack(t *testing.T) {
	for _, copied := range []string{"no copy", "copy waits", "copy waits behind another", "copy under way"} {
		t.Run(copied, func(t *testing.T) {
			together(t, []Config{{Name: "a", Window: 2, Response: 10 * time.Second}}, nil, func(t *testing.T, p *party) {
				var quiet silence
				p.at["a"].script(quiet.take)
				var r results
				p.send(&r, to(mt(1, phone, "hi"), "a"))
				time.Sleep(11 * time.Second)
				require.Len(t, r.all(), 1)
				require.Equal(t, booking.Unknown, r.whole()[0].Verdict)
				again := to(mt(1, phone, "hi"), "a")
				again.Copies = 1
				switch copied {
				case "copy waits": // the window is full
					p.send(&r, to(mt(8, phone+8, "x"), "a"))
					p.send(&r, to(mt(9, phone+9, "x"), "a"))
					synctest.Wait()
					p.send(&r, again)
				case "copy waits behind another":
					p.send(&r, to(mt(2, phone, "before"), "a"))
					p.send(&r, again)
				case "copy under way":
					p.send(&r, again)
				}
				synctest.Wait()
				submits := len(quiet.held())
				require.NoError(t, quiet.held()[0].Respond(pdu.ESME_ROK, &pdu.PDU{MessageID: "late"}))
				synctest.Wait()
				want := booking.SendResult{Verdict: booking.Done, MessageID: "late", Link: "a"}
				if strings.HasPrefix(copied, "copy waits") {
					require.Empty(t, p.sink.late)
					require.Equal(t, want, r.whole()[len(r.whole())-1], "in place of the copy")
				} else {
					require.Equal(t, []booking.SendResult{want}, p.sink.late)
				}
				p.at["a"].script(accept)
				time.Sleep(5 * time.Minute)
				require.NoError(t, quiet.held()[0].Session().Err())
				if copied == "copy waits" || copied == "no copy" {
					require.Equal(t, submits, p.count("a"), "at most one reached the carrier")
				}
				require.Zero(t, p.Links()[0].Stats().Queue+p.Links()[0].Stats().InFlight)
			})
		})
	}
}

// At the end of Run a text in doubt is unknown, not unsent.
func TestS18DoubtAtTheEnd(t *testing.T) {
	together(t, []Config{patient("a")}, nil, func(t *testing.T, p *party) {
		p.at["a"].script(func(int, *smpp.Request) {})
		var r results
		p.send(&r, ticket(1, "ticket"))
		p.send(&r, ticket(2, "never left"))
		time.Sleep(15 * time.Second)
		p.cancel()
		err := <-p.ended
		p.ended <- err
		require.NoError(t, err)
		require.ElementsMatch(t, []booking.SendResult{{Link: "a", Receipt: true}, {NotSent: true}}, r.whole())
	})
}
