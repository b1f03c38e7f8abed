package dialogue

import (
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/booking"
)

func benchmarkText(b *testing.B, text string, replies int) {
	s := settings()
	s.TextsPer5Min = 0
	w := newWorld(b, s)
	w.text("REG Zhang Wei 11010519491231002X")
	w.text("ORD")
	in := w.intake(text)
	var id int64 = 1 << 20
	base := w.c
	b.ReportAllocs()
	for b.Loop() {
		c := base
		v := &booking.View{Customer: &c, NewID: func() int64 { id++; return id }}
		ch, err := w.d.Decide(v, booking.Input{Text: in}, w.env())
		if err != nil || len(ch.Replies) != replies {
			require.NoError(b, err)
			b.Fatal(ch.Replies)
		}
	}
}

func BenchmarkBook(b *testing.B)      { benchmarkText(b, "BOOK G123 2 6222021234567894", 0) }
func BenchmarkQuery(b *testing.B)     { benchmarkText(b, "Q BEIJING SHANGHAI 5DEC", 1) }
func BenchmarkQueryZh(b *testing.B)   { benchmarkText(b, "查 北京 上海 5号", 1) }
func BenchmarkTimetable(b *testing.B) { benchmarkText(b, "Q G123", 1) }
