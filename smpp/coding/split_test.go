package coding_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func TestTransliterate(t *testing.T) {
	for _, c := range []struct {
		text, want string
		fits       bool
	}{
		{"", "", true},
		{"G1 5€", "G1 5€", true},
		{"“It’s” – now…", "\"It's\" - now...", true},
		{"a\u00a0b\u3000c\td", "a b c d", true},
		{"zero\u200bwidth\ufeff", "zerowidth", true},
		{"ＴＩＣＫＥＴ１２３！～", "TICKET123!~", true},
		{"｀quoted`", "'quoted'", true},
		{"【SF】￥10", "[SF]¥10", true},
		{"‘北京’", "‘北京’", false},
		{"á…", "á…", false},
		{"😀", "😀", false},
		{"\x1b", "\x1b", false},
	} {
		got, fits := coding.Transliterate(c.text)
		require.Equal(t, c.fits, fits, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestTransliterationIsGSM7(t *testing.T) {
	changed := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		text, fits := coding.Transliterate(string(r))
		if !fits {
			continue
		}
		octets, err := coding.EncodeGSM7(text)
		require.NoError(t, err, "%U", r)
		require.LessOrEqual(t, len(octets), 3, "%U", r)
		_, units, _ := coding.Units(string(r))
		require.Equal(t, len(octets), units, "%U", r)
		if text != string(r) {
			changed++
		}
	}
	require.Greater(t, changed, 100)
}

func TestChooseAndUnits(t *testing.T) {
	for _, c := range []struct {
		name, text string
		encoding   coding.Encoding
		units      int
		segments   int
	}{
		{"empty", "", coding.GSM7, 0, 1},
		{"plain", "G1 05:00", coding.GSM7, 8, 1},
		{"euro", "5€", coding.GSM7, 3, 1},
		{"curly", "it’s…", coding.GSM7, 7, 1},
		{"accent", "Á", coding.UCS2, 1, 1},
		{"emoji", "😀", coding.UCS2, 2, 1},
		{"Chinese", "北京，…", coding.UCS2, 4, 1},
		{"160", strings.Repeat("a", 160), coding.GSM7, 160, 1},
		{"161", strings.Repeat("a", 161), coding.GSM7, 161, 2},
		{"306", strings.Repeat("a", 306), coding.GSM7, 306, 2},
		{"307", strings.Repeat("a", 307), coding.GSM7, 307, 3},
		{"escape at the seam", strings.Repeat("a", 152) + "€" + strings.Repeat("b", 152), coding.GSM7, 306, 3},
		{"70", strings.Repeat("京", 70), coding.UCS2, 70, 1},
		{"71", strings.Repeat("京", 71), coding.UCS2, 71, 2},
		{"134", strings.Repeat("京", 134), coding.UCS2, 134, 2},
		{"135", strings.Repeat("京", 135), coding.UCS2, 135, 3},
		{"ellipses fit fewer messages as UCS-2", strings.Repeat("…", 70), coding.UCS2, 70, 1},
		{"ellipses fit as many messages as GSM-7", strings.Repeat("…", 53), coding.GSM7, 159, 1},
		{"beyond 255 parts", strings.Repeat("a", 256*153), coding.GSM7, 256 * 153, 256},
	} {
		e, units, segments := coding.Units(c.text)
		require.Equal(t, c.encoding, e, c.name)
		require.Equal(t, c.units, units, c.name)
		require.Equal(t, c.segments, segments, c.name)
		require.Equal(t, c.encoding, coding.Choose(c.text), c.name)
		if segments <= coding.MaxParts {
			parts, err := coding.Split(c.text, coding.SplitOptions{})
			require.NoError(t, err, c.name)
			require.Len(t, parts, segments, c.name)
		}
	}
}

func TestSplitLimits(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		opts   coding.SplitOptions
		octets []int // text octets of each part
	}{
		{"GSM-7 one", strings.Repeat("a", 160), coding.SplitOptions{}, []int{160}},
		{"GSM-7 8-bit", strings.Repeat("a", 307), coding.SplitOptions{}, []int{153, 153, 1}},
		{"GSM-7 16-bit", strings.Repeat("a", 305), coding.SplitOptions{Wide: true}, []int{152, 152, 1}},
		{"Latin-1 one", strings.Repeat("é", 140), coding.SplitOptions{Encoding: coding.Latin1}, []int{140}},
		{"Latin-1 8-bit", strings.Repeat("é", 141), coding.SplitOptions{Encoding: coding.Latin1}, []int{134, 7}},
		{"Latin-1 16-bit", strings.Repeat("é", 141), coding.SplitOptions{Encoding: coding.Latin1, Wide: true}, []int{133, 8}},
		{"UCS-2 one", strings.Repeat("京", 70), coding.SplitOptions{}, []int{140}},
		{"UCS-2 8-bit", strings.Repeat("京", 71), coding.SplitOptions{}, []int{134, 8}},
		{"UCS-2 16-bit", strings.Repeat("京", 71), coding.SplitOptions{Wide: true}, []int{132, 10}},
		{"UCS-2 forced", "a", coding.SplitOptions{Encoding: coding.UCS2}, []int{2}},
		{"escape at the seam", strings.Repeat("a", 152) + strings.Repeat("€", 5), coding.SplitOptions{}, []int{152, 10}},
		{"surrogates at the seam", strings.Repeat("京", 66) + "😀😀😀", coding.SplitOptions{}, []int{132, 12}},
		{"ellipsis at the seam", strings.Repeat("a", 151) + strings.Repeat("…", 4), coding.SplitOptions{}, []int{151, 12}},
		{"Latin-1 as data_coding 0", strings.Repeat("[", 81), coding.SplitOptions{Default: coding.Latin1}, []int{76, 5}},
	} {
		c.opts.Reference = 0xABCD
		parts, err := coding.Split(c.text, c.opts)
		require.NoError(t, err, c.name)
		require.Len(t, parts, len(c.octets), c.name)
		for i, p := range parts {
			require.Len(t, p.ShortMessage, len(p.UDH)+c.octets[i], "%s part %d", c.name, i+1)
			require.Equal(t, i+1, int(p.Seq), c.name)
			require.Equal(t, len(parts), int(p.Total), c.name)
			want := ""
			switch {
			case len(parts) == 1:
			case c.opts.Wide:
				want = "060804abcd" + hex.EncodeToString([]byte{p.Total, p.Seq})
			default:
				want = "050003cd" + hex.EncodeToString([]byte{p.Total, p.Seq})
			}
			require.Equal(t, want, hex.EncodeToString(p.UDH), c.name)
			require.True(t, strings.HasPrefix(string(p.ShortMessage), string(p.UDH)), c.name)
			require.Equal(t, len(parts) > 1, p.ESMClass == coding.ESMClassUDHI, c.name)
		}
	}
}

func TestSplitDefaultAlphabet(t *testing.T) {
	for _, c := range []struct {
		text   string
		def    coding.Encoding
		dc     coding.DataCoding
		octets string
	}{
		{"@[é", coding.GSM7, 0, "001b3c05"},
		{"@[é", coding.Latin1, 0, "405be9"},
		{"@[é", coding.ASCII, 8, "0040005b00e9"},
		{"@[’", coding.ASCII, 0, "405b27"},
		{"€", coding.Latin1, 8, "20ac"}, // Latin-1 has no euro sign
		{"Δ", coding.Latin1, 8, "0394"},
	} {
		parts, err := coding.Split(c.text, coding.SplitOptions{Default: c.def})
		require.NoError(t, err)
		require.Len(t, parts, 1)
		require.Equal(t, c.dc, parts[0].DataCoding, "%s as %s", c.text, c.def)
		require.Equal(t, c.octets, hex.EncodeToString(parts[0].ShortMessage), "%s as %s", c.text, c.def)
	}
}

func TestSplitErrors(t *testing.T) {
	_, err := coding.Split("北京", coding.SplitOptions{Encoding: coding.GSM7})
	require.ErrorIs(t, err, coding.ErrNotRepresentable)
	_, err = coding.Split("€", coding.SplitOptions{Encoding: coding.Latin1})
	require.ErrorIs(t, err, coding.ErrNotRepresentable)
	_, err = coding.Split("a", coding.SplitOptions{Encoding: coding.GB18030})
	require.ErrorIs(t, err, coding.ErrNotRepresentable)

	longest := strings.Repeat("a", 255*153)
	parts, err := coding.Split(longest, coding.SplitOptions{})
	require.NoError(t, err)
	require.Len(t, parts, coding.MaxParts)
	require.Equal(t, uint8(255), parts[254].Seq)
	_, err = coding.Split(longest+"a", coding.SplitOptions{})
	require.ErrorIs(t, err, coding.ErrTooLong)
}

func TestSplitPartsDoNotShareRoom(t *testing.T) {
	parts, err := coding.Split(strings.Repeat("a", 200), coding.SplitOptions{})
	require.NoError(t, err)
	before := string(parts[1].ShortMessage)
	_ = append(parts[0].ShortMessage, 'X')
	_ = append(parts[1].UDH, 'X')
	require.Equal(t, before, string(parts[1].ShortMessage))
}

func TestSplitAllocations(t *testing.T) {
	for _, text := range []string{strings.Repeat("a", 150), strings.Repeat("京", 150)} {
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			if _, err := coding.Split(text, coding.SplitOptions{}); err != nil {
				t.Fatal(err)
			}
		}), 2.0)
	}
}

func BenchmarkChooseSplit(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"gsm7", strings.Repeat("G1 BEIJING 09:00 - SHANGHAI 13:28 ", 5)[:150]},
		{"curly", strings.Repeat("‘G1’ BEIJING 09:00 – SHANGHAI… ", 4) + strings.Repeat("a", 26)},
		{"ucs2", strings.Repeat("北京到上海明天上午的高铁二等座两张", 9)[:450]},
	} {
		b.Run(c.name, func(b *testing.B) {
			require.Equal(b, 150, utf8.RuneCountInString(c.text))
			b.ReportAllocs()
			for b.Loop() {
				if coding.Choose(c.text) == coding.Auto {
					b.Fatal("not chosen")
				}
				if _, err := coding.Split(c.text, coding.SplitOptions{Reference: 7}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
