package link

import (
	"hash/fnv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
	"shortfare/smpp/coding"
	"shortfare/smpp/pdu"
)

// Never ESME_ROK on hope: the answer waits for done, whatever it says.
func TestAnswerWaitsForSink(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want pdu.Status
	}{
		{"durable", nil, pdu.ESME_ROK},
		{"not stored", errDown, pdu.ESME_RX_T_APPN},
		{"sender refused by the sink", booking.ErrSender, pdu.ESME_ROK},
	} {
		for _, id := range []pdu.CommandID{pdu.DeliverSM, pdu.DataSM} {
			t.Run(c.name+" "+id.String(), func(t *testing.T) {
				run(t, Config{}, func(t *testing.T, w *world) {
					w.sink.hold = true
					p := mo("BOOK G123")
					if p.ID = id; id == pdu.DataSM {
						p.TLVs, p.ShortMessage = []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: p.ShortMessage}}, nil
					}
					answer := w.carrier.deliver(t, p)
					time.Sleep(20 * time.Second)
					synctest.Wait()
					require.Empty(t, answer)
					require.Len(t, w.sink.arrived(), 1)
					w.sink.release(c.err)
					require.Equal(t, c.want, <-answer)
				})
			})
		}
	}
}

func TestTextAsReceived(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		begun := time.Now()
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("去 Shanghai")))
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("去 Shanghai")))
		got := w.sink.arrived()
		a := got[0].MO
		require.Equal(t, booking.MO{MSISDN: phone, Source: booking.Address{TON: 1, NPI: 1, Addr: phone.String()}, Dest: booking.Address{Addr: code},
			Link: "north", Session: a.Session, Text: "去 Shanghai", Hash: a.Hash, At: begun}, a)
		require.NotZero(t, a.Session)
		require.Equal(t, a.Hash, got[1].MO.Hash)
		require.Nil(t, got[0].Part)
		require.EqualValues(t, 2, w.Stats().TextsIn)
	})
}

// Texts of one phone reach the sink in the order of arrival though none is
// answered yet, and the reader goes on.
func TestOrderIn(t *testing.T) {
	start(t, &carrier{cfg: configWindow(100)}, Config{}, func(t *testing.T, w *world) {
		synctest.Wait()
		w.sink.hold = true
		for i := range 100 {
			w.carrier.deliver(t, mo(strings.Repeat("x", i)))
		}
		synctest.Wait()
		for i, a := range w.sink.arrived() {
			require.Len(t, a.MO.Text, i)
		}
		require.Len(t, w.sink.arrived(), 100)
		w.sink.release(nil)
	})
}

// Who can't be answered is acknowledged and never reaches the sink.
func TestForgottenSenders(t *testing.T) {
	for name, edit := range map[string]func(*pdu.PDU){
		"name":           func(p *pdu.PDU) { p.Source = pdu.Address{TON: 5, Addr: "Bank"} },
		"digits as name": func(p *pdu.PDU) { p.Source.TON = 5 },
		"short code":     func(p *pdu.PDU) { p.Source.Addr = "10086" },
		"nobody":         func(p *pdu.PDU) { p.Source = pdu.Address{} },
		"ourselves":      func(p *pdu.PDU) { p.Source.Addr, p.Dest.Addr = "106800001", "106800001" },
		"our other code": func(p *pdu.PDU) { p.Source.Addr = "106999999" },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, Config{Own: []string{"106999999"}}, func(t *testing.T, w *world) {
				w.sink.err = errDown
				p := mo("hello")
				edit(p)
				require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, p))
				require.Empty(t, w.sink.arrived())
				require.EqualValues(t, 1, w.Stats().ForgottenIn)
			})
		})
	}
}

// A text that cannot be read is a text: its sender gets an answer.
func TestUnreadableTexts(t *testing.T) {
	for _, c := range []struct {
		name   string
		edit   func(*pdu.PDU)
		text   string
		counts uint64
	}{
		{"empty", func(p *pdu.PDU) { p.ShortMessage = nil }, "", 0},
		{"odd UCS-2", func(p *pdu.PDU) { p.DataCoding, p.ShortMessage = 8, []byte{0, 'A', 0} }, "A\uFFFD", 1},
		{"binary", func(p *pdu.PDU) { p.DataCoding, p.ShortMessage = 4, []byte("hi") }, "hi", 1},
		{"header beyond the end", func(p *pdu.PDU) { p.ESMClass, p.ShortMessage = 0x40, []byte{40, 'h', 'i'} }, "(hi", 1},
		{"impossible place", func(p *pdu.PDU) {
			p.TLVs = []pdu.TLV{pdu.Uint16TLV(pdu.TagSarMsgRefNum, 1), pdu.Uint8TLV(pdu.TagSarTotalSegments, 2), pdu.Uint8TLV(pdu.TagSarSegmentSeqnum, 9)}
		}, "hello", 1},
		{"both bodies", func(p *pdu.PDU) { p.TLVs = []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: []byte("payload")}} }, "hello", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, Config{}, func(t *testing.T, w *world) {
				p := mo("hello")
				c.edit(p)
				require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, p))
				got := w.sink.arrived()
				require.Len(t, got, 1)
				require.Equal(t, c.text, got[0].MO.Text)
				require.Equal(t, c.counts, w.Stats().Undecodable)
			})
		})
	}
}

// Parts in each form and any order join to the text; what is stored of a part
// is enough for another process.
func TestS16PartsIn(t *testing.T) {
	long := strings.Repeat("from Beijing to Shanghai € ", 12)
	forms := map[string]func(t *testing.T) []*pdu.PDU{
		"udh8":  func(t *testing.T) []*pdu.PDU { return udhParts(t, long, false) },
		"udh16": func(t *testing.T) []*pdu.PDU { return udhParts(t, long, true) },
		"sar": func(t *testing.T) []*pdu.PDU {
			list := udhParts(t, long, false)
			for i, p := range list {
				p.ESMClass, p.ShortMessage = 0, p.ShortMessage[6:]
				p.TLVs = []pdu.TLV{pdu.Uint16TLV(pdu.TagSarMsgRefNum, 700), pdu.Uint8TLV(pdu.TagSarTotalSegments, uint8(len(list))), pdu.Uint8TLV(pdu.TagSarSegmentSeqnum, uint8(i+1))}
			}
			return list
		},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			run(t, Config{}, func(t *testing.T, w *world) {
				list := form(t)
				require.Len(t, list, 3)
				var stored []booking.Part
				for i, n := range []int{2, 0, 1} {
					require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, list[n]))
					a := w.sink.arrived()[i]
					require.Empty(t, a.MO.Text)
					require.Equal(t, n+1, a.Part.Seq)
					require.Equal(t, 3, a.Part.Total)
					require.Equal(t, a.MO.At, a.Part.At)
					if i > 0 {
						require.Equal(t, stored[0].Key, a.Part.Key)
					}
					stored = append(stored, *a.Part)
					text, complete, err := a.Join(stored)
					require.NoError(t, err)
					require.Equal(t, i == 2, complete)
					if complete {
						require.Equal(t, long, text)
					}
				}
				require.EqualValues(t, 3, w.Stats().PartsIn)
			})
		})
	}
}

// A stored part that nobody can read costs its characters, not the answer.
func TestJoinUnreadablePart(t *testing.T) {
	l := New(Config{}, &sink{}, nil)
	text, complete, err := l.joinParts([]booking.Part{
		{Seq: 2, Total: 2, Body: []byte{99, 0, 0, 0, 'x'}},
		{Seq: 1, Total: 2, Body: partBody(coding.Fragment{Octets: []byte("one")})},
	})
	require.NoError(t, err)
	require.True(t, complete)
	require.Equal(t, "one\uFFFD", text)
}

// Equal deliveries have one hash, whatever is changed gives another.
func TestHash(t *testing.T) {
	seen := map[uint64]string{}
	for name, edit := range map[string]func(*pdu.PDU){
		"same":     func(*pdu.PDU) {},
		"source":   func(p *pdu.PDU) { p.Source.Addr += "1" },
		"dest":     func(p *pdu.PDU) { p.Dest.Addr += "1" },
		"boundary": func(p *pdu.PDU) { p.Source.Addr, p.Dest.Addr = p.Source.Addr+"1", p.Dest.Addr[1:] },
		"esm":      func(p *pdu.PDU) { p.ESMClass = 0x40 },
		"coding":   func(p *pdu.PDU) { p.DataCoding = 3 },
		"sar":      func(p *pdu.PDU) { p.TLVs = []pdu.TLV{pdu.Uint8TLV(pdu.TagSarSegmentSeqnum, 2)} },
		"sar 2":    func(p *pdu.PDU) { p.TLVs = []pdu.TLV{pdu.Uint8TLV(pdu.TagSarTotalSegments, 2)} },
		"body":     func(p *pdu.PDU) { p.ShortMessage = []byte("BOOL") },
		"payload": func(p *pdu.PDU) {
			p.ShortMessage, p.TLVs = nil, []pdu.TLV{{Tag: pdu.TagMessagePayload, Value: []byte("BOON")}}
		},
	} {
		p := mo("BOOK")
		edit(p)
		require.NotContains(t, seen, hash(p), name)
		seen[hash(p)] = name
	}
	again := mo("BOOK")
	again.Sequence, again.Source.TON = 77, 2
	require.Equal(t, "same", seen[hash(again)])
	octets := "\x00\x0d8613800138000" + "\x00\x0510684" + "\x00\x00" + "\x00\x00\x00\x00\x00\x00" + "\x00\x04BOOK"
	f := fnv.New64a()
	_, err := f.Write([]byte(octets))
	require.NoError(t, err)
	require.Equal(t, f.Sum64(), hash(mo("BOOK")), "stored hashes stay valid")
}

// An alert is no text and ends nothing.
func TestOtherRequests(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		require.NoError(t, w.carrier.last().SendAlert(&pdu.PDU{Header: pdu.Header{ID: pdu.AlertNotification}}))
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("still bound")))
		require.Len(t, w.sink.arrived(), 1)
	})
}

func udhParts(t *testing.T, text string, wide bool) (list []*pdu.PDU) {
	parts, err := coding.Split(text, coding.SplitOptions{Reference: 300, Wide: wide})
	require.NoError(t, err)
	for _, part := range parts {
		p := mo("")
		p.ESMClass, p.DataCoding, p.ShortMessage = part.ESMClass, uint8(part.DataCoding), part.ShortMessage
		list = append(list, p)
	}
	return list
}

func TestReceipts(t *testing.T) {
	const text = "id:0123 sub:001 dlvrd:001 submit date:2610031200 done date:2610031201 stat:DELIVRD err:000 text:Code 123456"
	for _, c := range []struct {
		name      string
		edit      func(*pdu.PDU)
		id, state string
		raw       string
	}{
		{"text", func(p *pdu.PDU) { p.ESMClass = 4 }, "0123", "DELIVRD", strings.TrimSuffix(text, "Code 123456")},
		{"both", func(p *pdu.PDU) {
			p.ESMClass = 4
			p.TLVs = []pdu.TLV{pdu.CStringTLV(pdu.TagReceiptedMessageID, "0x7B"), pdu.Uint8TLV(pdu.TagMessageState, 5)}
		}, "0x7B", "UNDELIV", strings.TrimSuffix(text, "Code 123456")},
		{"parameters of data_sm", func(p *pdu.PDU) {
			p.ID, p.ShortMessage = pdu.DataSM, nil
			p.TLVs = []pdu.TLV{pdu.CStringTLV(pdu.TagReceiptedMessageID, "9"), pdu.Uint8TLV(pdu.TagMessageState, 3)}
		}, "9", "EXPIRED", ""},
		{"intermediate", func(p *pdu.PDU) { p.ESMClass, p.ShortMessage = 0x20, []byte("id:5 stat:ENROUTE") }, "5", "ENROUTE", "id:5 stat:ENROUTE"},
		{"own spelling", func(p *pdu.PDU) { p.ESMClass, p.ShortMessage = 4, []byte("id:5 stat:MN:0001") }, "5", "MN:0001", "id:5 stat:MN:0001"},
	} {
		for _, err := range []error{nil, errDown} {
			t.Run(c.name, func(t *testing.T) {
				run(t, Config{}, func(t *testing.T, w *world) {
					w.sink.err = err
					begun := time.Now()
					p := mo("")
					p.ShortMessage = []byte(text)
					c.edit(p)
					status := <-w.carrier.deliver(t, p)
					require.Empty(t, w.sink.arrived())
					require.Equal(t, []booking.Receipt{{MSISDN: phone, Link: "north", MessageID: c.id, State: c.state, Raw: c.raw, At: begun}}, w.sink.receipts)
					if err != nil {
						require.Equal(t, pdu.ESME_RX_T_APPN, status)
						return
					}
					require.Equal(t, pdu.ESME_ROK, status)
					require.EqualValues(t, 1, w.Stats().ReceiptsIn)
				})
			})
		}
	}
}

// A receipt for nothing is acknowledged, or the carrier would send it for ever.
func TestReceiptWithoutID(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		p := mo("delivered!")
		p.ESMClass = 4
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, p))
		require.Empty(t, w.sink.receipts)
		require.Empty(t, w.sink.arrived())
		require.EqualValues(t, 1, w.Stats().NoReceipt)
	})
}

// What a phone writes can't pass for a receipt.
func TestReceiptOfACustomer(t *testing.T) {
	run(t, Config{}, func(t *testing.T, w *world) {
		require.Equal(t, pdu.ESME_ROK, <-w.carrier.deliver(t, mo("id:1 stat:DELIVRD")))
		require.Empty(t, w.sink.receipts)
		require.Len(t, w.sink.arrived(), 1)
	})
}
