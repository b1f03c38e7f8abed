package coding_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func TestDataCodingEncoding(t *testing.T) {
	const def = coding.Latin1 // so that the default shows
	for _, c := range []struct {
		from, to coding.DataCoding
		want     coding.Encoding
	}{
		{0x00, 0x00, def},
		{0x01, 0x01, coding.ASCII},
		{0x02, 0x02, coding.Binary},
		{0x03, 0x03, coding.Latin1},
		{0x04, 0x04, coding.Binary},
		{0x05, 0x05, coding.ShiftJIS},
		{0x06, 0x06, coding.Cyrillic},
		{0x07, 0x07, coding.Hebrew},
		{0x08, 0x08, coding.UCS2},
		{0x09, 0x09, coding.ShiftJIS},
		{0x0A, 0x0A, coding.ISO2022JP},
		{0x0B, 0x0C, def},
		{0x0D, 0x0D, coding.EUCJP},
		{0x0E, 0x0E, coding.KSC5601},
		{0x0F, 0x0F, coding.GB18030},
		{0x10, 0x13, def},
		{0x14, 0x17, coding.Binary},
		{0x18, 0x1B, coding.UCS2},
		{0x1C, 0x1F, def},
		{0x20, 0x3F, coding.Binary},
		{0x48, 0x4B, coding.UCS2},
		{0x60, 0x7F, coding.Binary},
		{0x80, 0xDF, def},
		{0xE0, 0xEF, coding.UCS2},
		{0xF0, 0xF3, def},
		{0xF4, 0xF7, coding.Binary},
		{0xF8, 0xFB, def},
		{0xFC, 0xFF, coding.Binary},
	} {
		for dc := int(c.from); dc <= int(c.to); dc++ {
			require.Equal(t, c.want, coding.DataCoding(dc).Encoding(def), "%#02x", dc)
		}
	}
	require.Equal(t, coding.GSM7, coding.DataCodingDefault.Encoding(coding.Auto))
	require.Equal(t, coding.ASCII, coding.DataCoding(0xF1).Encoding(coding.ASCII))
}

func TestDataCodingClass(t *testing.T) {
	for dc, want := range map[coding.DataCoding]int{
		0x00: -1, 0x08: -1, 0x04: -1, 0x10: 0, 0x11: 1, 0x18: 0, 0x1A: 2, 0x40: -1, 0x52: 2,
		0x80: -1, 0xC0: -1, 0xE1: -1, 0xF0: 0, 0xF2: 2, 0xF7: 3,
	} {
		class, ok := dc.Class()
		require.Equal(t, want >= 0, ok, "%#02x", dc)
		require.Equal(t, max(want, 0), int(class), "%#02x", dc)
	}
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name   string
		dc     coding.DataCoding
		def    coding.Encoding
		octets string
		text   string
		err    error
	}{
		{"0 as GSM-7", 0, coding.Auto, "0041", "@A", nil},
		{"0 as Latin-1", 0, coding.Latin1, "4041e9", "@Aé", nil},
		{"0 as ASCII", 0, coding.ASCII, "405b", "@[", nil},
		{"ASCII with a high octet", 1, coding.GSM7, "41e9", "Aé", coding.ErrMalformed},
		{"Latin-1 0x80", 3, coding.GSM7, "80", "\u0080", nil},
		{"binary", 4, coding.GSM7, "6869", "hi", coding.ErrBinary},
		{"binary class 1", 0xF5, coding.GSM7, "ff", "ÿ", coding.ErrBinary},
		{"UCS-2", 8, coding.GSM7, "53174eac", "北京", nil},
		{"flash UCS-2", 0x18, coding.GSM7, "5317", "北", nil},
		{"flash default", 0xF0, coding.GSM7, "00", "@", nil},
		{"Cyrillic", 6, coding.GSM7, "bfe0d8d2d5e2", "Привет", nil},
		{"Hebrew", 7, coding.GSM7, "f9ecf5", "שלץ", nil},
		{"Shift-JIS", 5, coding.GSM7, "938c8b9e", "東京", nil},
		{"EUC-KR", 14, coding.GSM7, "bcadbfef", "서울", nil},
		{"GBK", 15, coding.GSM7, "b1b1bea9", "北京", nil},
		{"GBK cut", 15, coding.GSM7, "b1b1be", "北\ufffd", coding.ErrMalformed},
	} {
		text, err := coding.Decode(c.dc, c.def, coding.Shift{}, unhex(t, c.octets))
		require.ErrorIs(t, err, c.err, c.name)
		require.Equal(t, c.text, text, c.name)
	}
}

func TestEncodingNames(t *testing.T) {
	names := map[string]bool{}
	for e := coding.Auto; e <= coding.GB18030; e++ {
		require.NotEqual(t, "unknown", e.String())
		names[e.String()] = true
	}
	require.Len(t, names, int(coding.GB18030)+1)
	require.Equal(t, "unknown", coding.Encoding(99).String())
}

func FuzzDecode(f *testing.F) {
	f.Add(byte(0), byte(0), byte(0), byte(0), []byte("hello\x1b\x65"))
	f.Add(byte(8), byte(1), byte(1), byte(1), []byte{0xd8, 0x3d, 0xde, 0x00, 0x61})
	f.Add(byte(10), byte(2), byte(9), byte(2), []byte("\x1b$B"))
	f.Fuzz(func(t *testing.T, dc, def, single, locking byte, octets []byte) {
		text, _ := coding.Decode(coding.DataCoding(dc), coding.Encoding(def%4), coding.Shift{Single: single, Locking: locking}, octets)
		require.True(t, utf8.ValidString(text))
		if len(octets) > 1 && coding.DataCoding(dc).Encoding(coding.Auto) != coding.ISO2022JP && octets[0] > 0x20 && octets[0] < 0x7F {
			require.NotEmpty(t, text, "text lost")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	plain := []byte("T G1 1 beijing shanghai 2025-10-01 2nd 13800138000 please confirm")
	accents, _ := coding.EncodeGSM7("T G1 {Zürich} [Genève] 1st 25€ für Ångström, Ærø, señor Muñoz")
	chinese := coding.EncodeUCS2("北京到上海明天上午的高铁二等座两张，请尽快回复，谢谢。订单号：123456")
	for _, c := range []struct {
		name   string
		dc     coding.DataCoding
		octets []byte
	}{{"gsm7-plain", 0, plain}, {"gsm7-accents", 0, accents}, {"ucs2", 8, chinese}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.octets)))
			for b.Loop() {
				if _, err := coding.Decode(c.dc, coding.GSM7, coding.Shift{}, c.octets); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
