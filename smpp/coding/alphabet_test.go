package coding_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	octets, err := hex.DecodeString(s)
	require.NoError(t, err)
	return octets
}

func TestGSM7RoundTrip(t *testing.T) {
	for _, c := range []struct{ text, octets string }{
		{"", ""},
		{"@£$¥", "00010203"},
		{"Beijing 9:05", "4265696a696e6720393a3035"},
		{"[a]{b}\\~^|€\f", "1b3c611b3e1b28621b291b2f1b3d1b141b401b651b0a"},
		{"Δ_ΦΓΛΩΠΨΣΘΞ", "101112131415161718191a"},
		{"ÆæßÉÄÖÑÜ§¿äöñüà", "1c1d1e1f5b5c5d5e5f607b7c7d7e7f"},
		{"¡ABC¤", "4041424324"},
		{"line\r\nline", "6c696e650d0a6c696e65"},
	} {
		octets, err := coding.EncodeGSM7(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.octets, hex.EncodeToString(octets), c.text)
		text, err := coding.DecodeGSM7(octets, coding.Shift{})
		require.NoError(t, err)
		require.Equal(t, c.text, text)
	}
}

func TestGSM7HasEveryCharacterOnce(t *testing.T) {
	for septet := range 128 {
		if septet == 0x1B {
			continue
		}
		text, err := coding.DecodeGSM7([]byte{byte(septet)}, coding.Shift{})
		require.NoError(t, err)
		octets, err := coding.EncodeGSM7(text)
		require.NoError(t, err)
		require.Equal(t, []byte{byte(septet)}, octets, text)
	}
}

func TestGSM7Refuses(t *testing.T) {
	for _, text := range []string{"`", "ç", "á", "’", "–", "北京", "\x00", "\x1b", "\t", "\xff", "😀", "Α"} {
		_, err := coding.EncodeGSM7(text)
		require.ErrorIs(t, err, coding.ErrNotRepresentable, "%q", text)
		_, err = coding.EncodeGSM7Packed(text)
		require.ErrorIs(t, err, coding.ErrNotRepresentable, "%q", text)
		require.NotContains(t, err.Error(), text)
	}
}

func TestGSM7MalformedKeepsText(t *testing.T) {
	for _, c := range []struct {
		name, octets, text string
		shift              coding.Shift
		err                error
	}{
		{"escape at end", "31321b", "12 ", coding.Shift{}, coding.ErrMalformed},
		{"escape before undefined", "31321b41", "12A", coding.Shift{}, coding.ErrMalformed},
		{"double escape", "311b1b32", "1 2", coding.Shift{}, coding.ErrMalformed},
		{"really Latin-1", "41e942", "AéB", coding.Shift{}, coding.ErrMalformed},
		{"really UTF-8", "e58c97e4baac", "北京", coding.Shift{}, coding.ErrMalformed},
		{"unknown single shift", "311b3c", "1[", coding.Shift{Single: 14}, coding.ErrShift},
		{"unknown locking shift", "4131", "A1", coding.Shift{Locking: 14}, coding.ErrShift},
		{"Spanish has no locking table", "41", "A", coding.Shift{Locking: coding.Spanish}, coding.ErrShift},
	} {
		text, err := coding.DecodeGSM7(unhex(t, c.octets), c.shift)
		require.ErrorIs(t, err, c.err, c.name)
		require.Equal(t, c.text, text, c.name)
	}
}

func TestNationalTables(t *testing.T) {
	for _, c := range []struct {
		name, octets, text string
		shift              coding.Shift
	}{
		{"Turkish single", "1b471b491b531b631b651b671b691b73", "ĞİŞç€ğış", coding.Shift{Single: coding.Turkish}},
		{"Spanish single", "1b411b491b4f1b551b611b691b6f1b751b09", "ÁÍÓÚáíóúç", coding.Shift{Single: coding.Spanish}},
		{"Portuguese single", "1b051b0b1b0c1b0e1b0f1b1f1b411b5b1b5c1b611b7b1b7c1b7f", "êÔôÁáÊÀÃÕÂãõâ", coding.Shift{Single: coding.Portuguese}},
		{"Turkish locking", "0407080b0c1c1d4060", "€ıòĞğŞşİç", coding.Shift{Locking: coding.Turkish}},
		{"Portuguese locking", "04060708091213151617181924405b5c607b7c7d", "êúíóçªÇ∞^\\€ÓºÍÃÕ~ãõ`", coding.Shift{Locking: coding.Portuguese}},
		{"both Turkish", "401b49", "İİ", coding.Shift{Single: coding.Turkish, Locking: coding.Turkish}},
		{"Bengali", "2f424c5f15504420255015502c201b233a1b1d1b19", "নমস্কার ঢাকা, ৯:৩০", coding.Shift{Single: coding.Bengali, Locking: coding.Bengali}},
		{"Gujarati", "2f424c5f27592003422b5049502b201b25", "નમસ્તે અમદાવાદ ૯", coding.Shift{Single: coding.Gujarati, Locking: coding.Gujarati}},
		{"Hindi", "2f424c5f2759202b51465f46522c201b1e202251152220244e", "नमस्ते दिल्ली, २ टिकट ड़", coding.Shift{Single: coding.Hindi, Locking: coding.Hindi}},
		{"Kannada", "2f424c5f1550442024405f4051201b1e", "ನಮಸ್ಕಾರ ಡಬ್ಬಿ ೨", coding.Shift{Single: coding.Kannada, Locking: coding.Kannada}},
		{"Malayalam", "2f424c5f15504401201559444701201b1e201b30", "നമസ്കാരം കേരളം ൨ ൻ", coding.Shift{Single: coding.Malayalam, Locking: coding.Malayalam}},
		{"Oriya", "2f424c5f1550442013244e514a50201b1e", "ନମସ୍କାର ଓଡ଼ିଶା ୨", coding.Shift{Single: coding.Oriya, Locking: coding.Oriya}},
		{"Punjabi", "3d7b1d504020177c2452201b23", "ਪੰਜਾਬ ਗੱਡੀ ੭", coding.Shift{Single: coding.Punjabi, Locking: coding.Punjabi}},
		{"Tamil", "4926155f15425f201a583c5f3c5a201b24", "வணக்கம் சென்னை ௮", coding.Shift{Single: coding.Tamil, Locking: coding.Tamil}},
		{"Telugu", "2f424c5f15504401201b221b23", "నమస్కారం ౬౭", coding.Shift{Single: coding.Telugu, Locking: coding.Telugu}},
		{"Urdu", "4725001659200b470b201b1e1b33", "کراچی ٹکٹ ۲؟", coding.Shift{Single: coding.Urdu, Locking: coding.Urdu}},
	} {
		text, err := coding.DecodeGSM7(unhex(t, c.octets), c.shift)
		require.NoError(t, err, c.name)
		require.Equal(t, c.text, text, c.name)
	}
}

// The tables of South Asia: letters are of the language's block of Unicode and
// stand once, the digits of a block follow each other, and Latin is where all
// of these tables have it.
func TestIndicTables(t *testing.T) {
	decode := func(shift coding.Shift, octets ...byte) (rune, error) {
		text, err := coding.DecodeGSM7(octets, shift)
		require.Len(t, []rune(text), 1)
		return []rune(text)[0], err
	}
	for id, block := range map[byte]rune{coding.Bengali: 0x0980, coding.Gujarati: 0x0A80, coding.Hindi: 0x0900, coding.Kannada: 0x0C80,
		coding.Malayalam: 0x0D00, coding.Oriya: 0x0B00, coding.Punjabi: 0x0A00, coding.Tamil: 0x0B80, coding.Telugu: 0x0C00, coding.Urdu: 0x0600} {
		size, zero := rune(0x80), block+0x66
		if id == coding.Urdu {
			size, zero = 0x100, 0x06F0
		}
		seen, letters, digits := map[rune]bool{}, 0, 0
		for octet := range byte(0x80) {
			if octet == 0x1B {
				continue
			}
			r, err := decode(coding.Shift{Locking: id}, octet)
			require.NoError(t, err)
			if r >= 0x80 {
				require.True(t, r >= block && r < block+size, "%d %02x %U", id, octet, r)
				require.False(t, seen[r], "%d %02x %U", id, octet, r)
				seen[r] = true
				letters++
			}
			if octet >= 'a' && octet <= 'z' || octet >= '0' && octet <= ';' {
				require.Equal(t, rune(octet), r)
			}
			r, err = decode(coding.Shift{Single: id}, 0x1B, octet)
			switch {
			case err != nil:
				require.ErrorIs(t, err, coding.ErrMalformed)
			case r >= 0x100 && r != '€' && r != '।' && r != '॥': // both dandas are Devanagari's everywhere
				require.True(t, r >= block && r < block+size, "%d 1b%02x %U", id, octet, r)
				require.False(t, seen[r], "%d 1b%02x %U", id, octet, r)
				seen[r] = true
			}
			if r >= zero && r < zero+10 {
				digits++
				require.Equal(t, seen[r-1], r > zero)
			}
			if octet >= 'A' && octet <= 'Z' {
				require.Equal(t, rune(octet), r)
			}
		}
		require.Equal(t, 10, digits, "%d", id)
		require.Greater(t, letters, 45, "%d", id)
	}
}

func TestPacked(t *testing.T) {
	for _, c := range []struct{ text, octets string }{
		{"", ""},
		{"hellohello", "e8329bfd4697d9ec37"},
		{"1234567", "31d98c56b3dd1a"},
		{"12345678", "31d98c56b3dd70"},
		{"12345[6]", "31d98c56dbf06c1b1f"},
	} {
		octets, err := coding.EncodeGSM7Packed(c.text)
		require.NoError(t, err)
		require.Equal(t, c.octets, hex.EncodeToString(octets), c.text)
		text, err := coding.DecodeGSM7Packed(octets, coding.Shift{})
		require.NoError(t, err)
		require.Equal(t, c.text, text)
	}
}

func TestPackedKeepsWantedCR(t *testing.T) {
	octets, err := coding.EncodeGSM7Packed("1234567\r")
	require.NoError(t, err)
	text, err := coding.DecodeGSM7Packed(octets, coding.Shift{})
	require.NoError(t, err)
	require.Equal(t, "1234567\r\r", text, "23.038 §6.1.2.3.1: a second CR, which does no harm")
}

func TestPackedAfterHeader(t *testing.T) {
	// Behind a header of 6 octets one spare bit aligns the text (48 + 1 = 7 * 7).
	septets := []byte("Hello")
	for fill := range 7 {
		packed := coding.AppendPacked([]byte{0xAA}, septets, fill)
		require.Equal(t, byte(0xAA), packed[0])
		require.Len(t, packed, 1+(fill+35+7)/8)
		require.Equal(t, septets, coding.AppendUnpacked(nil, packed[1:], fill, 5), "fill %d", fill)
	}
	require.Equal(t, "90", hex.EncodeToString(coding.AppendPacked(nil, []byte("H"), 1)))
	require.Empty(t, coding.AppendUnpacked(nil, nil, 6, -1))
	require.Empty(t, coding.AppendUnpacked(nil, []byte{0xFF}, 6, 9))
}

func TestUCS2(t *testing.T) {
	for _, c := range []struct{ text, octets string }{
		{"", ""},
		{"北京", "53174eac"},
		{"a😀", "0061d83dde00"},
		{"é\u0000", "00e90000"},
	} {
		require.Equal(t, c.octets, hex.EncodeToString(coding.EncodeUCS2(c.text)))
		text, err := coding.DecodeUCS2(unhex(t, c.octets))
		require.NoError(t, err)
		require.Equal(t, c.text, text)
	}
	require.Equal(t, "fffd", hex.EncodeToString(coding.EncodeUCS2("\xff")))
}

func TestUCS2MalformedKeepsText(t *testing.T) {
	for _, c := range []struct {
		octets, text string
		err          error
	}{
		{"feff0061", "a", nil},
		{"0061feff", "a\ufeff", nil},
		{"d83d0061", "\ufffda", coding.ErrMalformed},
		{"de000061", "\ufffda", coding.ErrMalformed},
		{"de00d83d", "\ufffd\ufffd", coding.ErrMalformed},
		{"d83dd83dde00", "\ufffd😀", coding.ErrMalformed},
		{"0061d83d", "a\ufffd", coding.ErrMalformed},
		{"0061d83dde", "a\ufffd\ufffd", coding.ErrMalformed},
		{"006100", "a\ufffd", coding.ErrMalformed},
		{"fffd", "\ufffd", nil},
	} {
		text, err := coding.DecodeUCS2(unhex(t, c.octets))
		require.ErrorIs(t, err, c.err, c.octets)
		require.Equal(t, c.text, text, c.octets)
	}
}

func TestLatin1(t *testing.T) {
	octets, err := coding.EncodeLatin1("áçÚ\u0080")
	require.NoError(t, err)
	require.Equal(t, "e1e7da80", hex.EncodeToString(octets))
	require.Equal(t, "áçÚ\u0080", coding.DecodeLatin1(octets))
	require.Equal(t, "plain", coding.DecodeLatin1([]byte("plain")))
	_, err = coding.EncodeLatin1("€")
	require.ErrorIs(t, err, coding.ErrNotRepresentable)
}
