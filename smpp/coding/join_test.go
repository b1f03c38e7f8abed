package coding_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func TestExtractFragment(t *testing.T) {
	base := coding.Key{Link: "a", Source: "8613800138000", Dest: "10690"}
	key := func(kind coding.ReferenceKind, ref uint16, total uint8) coding.Key {
		k := base
		k.Kind, k.Reference, k.Total = kind, ref, total
		return k
	}
	sar := func(ref uint16, total, seq uint8) *coding.SAR {
		return &coding.SAR{Reference: ref, Total: total, Seq: seq}
	}
	for _, c := range []struct {
		name           string
		esm            byte
		short, payload string // hex
		sar            *coding.SAR
		key            coding.Key
		seq            uint8
		text           string
		shift          coding.Shift
		single         bool
		err            error
	}{
		{name: "plain", short: "6869", key: base, text: "hi", single: true},
		{name: "empty", key: base, single: true},
		{name: "8-bit", esm: 0x40, short: "0500030702016869", key: key(coding.ReferenceUDH8, 7, 2), seq: 1, text: "hi"},
		{name: "16-bit", esm: 0x40, short: "06080401070202" + "6869", key: key(coding.ReferenceUDH16, 0x107, 2), seq: 2, text: "hi"},
		{name: "reply path and UDHI", esm: 0xC0, short: "0500030702016869", key: key(coding.ReferenceUDH8, 7, 2), seq: 1, text: "hi"},
		{name: "header bytes without UDHI are text", short: "303030", key: base, text: "000", single: true},
		{name: "payload replaces short_message", short: "6e6f", payload: "6869", key: base, text: "hi", single: true},
		{name: "header in payload", esm: 0x40, payload: "0500030702026869", key: key(coding.ReferenceUDH8, 7, 2), seq: 2, text: "hi"},
		{name: "sar", short: "6869", sar: sar(0x1234, 3, 2), key: key(coding.ReferenceSAR, 0x1234, 3), seq: 2, text: "hi"},
		{name: "sar and shift header", esm: 0x40, short: "032401021b61", sar: sar(5, 2, 1), key: key(coding.ReferenceSAR, 5, 2), seq: 1, text: "á", shift: coding.Shift{Single: coding.Spanish}},
		{name: "header before sar", esm: 0x40, short: "0500030702016869", sar: sar(5, 3, 3), key: key(coding.ReferenceUDH8, 7, 2), seq: 1, text: "hi"},
		{name: "one of one", esm: 0x40, short: "0500038401016869", key: base, text: "hi", single: true},
		{name: "sar one of one", short: "6869", sar: sar(5, 1, 1), key: base, text: "hi", single: true},
		{name: "sar impossible", short: "6869", sar: sar(5, 2, 3), key: base, text: "hi", single: true, err: coding.ErrSAR},
		{name: "sar zero", short: "6869", sar: sar(0, 0, 0), key: base, text: "hi", single: true, err: coding.ErrSAR},
		{name: "concatenation impossible", esm: 0x40, short: "0500030702036869", key: base, text: "hi", single: true},
		{name: "malformed header", esm: 0x40, short: "0600030702016869", key: base, text: "hi", single: true, err: coding.ErrUDH},
		{name: "UDHI on a plain text", esm: 0x40, short: "68656c6c6f", key: base, text: "hello", single: true, err: coding.ErrUDH},
	} {
		in := coding.Inbound{
			Link: base.Link, Source: base.Source, Dest: base.Dest, ESMClass: c.esm,
			ShortMessage: unhex(t, c.short), SAR: c.sar, Payload: unhex(t, c.payload),
		}
		f, single, err := coding.ExtractFragment(in)
		require.ErrorIs(t, err, c.err, c.name)
		require.Equal(t, c.single, single, c.name)
		require.Equal(t, c.key, f.Key, c.name)
		require.Equal(t, c.seq, f.Seq, c.name)
		require.Equal(t, c.shift, f.Shift, c.name)
		text, err := f.Text(coding.GSM7)
		require.NoError(t, err, c.name)
		require.Equal(t, c.text, text, c.name)
	}
}

func TestKeyString(t *testing.T) {
	k := coding.Key{Link: "a|b", Source: "+86 138", Dest: "10690", Kind: coding.ReferenceUDH16, Reference: 300, Total: 4}
	require.Equal(t, "udh16|300|4|a%7Cb|%2B86+138|10690", k.String())

	// Neither a separator nor an odd octet makes two keys one.
	keys := []coding.Key{k, {}, {Link: "a"}, {Source: "a"}, {Dest: "a"}, {Link: "a|"}, {Link: "a", Source: "|"}, {Link: "a%7C"}, {Link: "\xff"}, {Link: "\xfe"}}
	for kind := coding.ReferenceUDH8; kind <= coding.ReferenceSAR; kind++ {
		keys = append(keys, coding.Key{Kind: kind}, coding.Key{Kind: kind, Total: 1}, coding.Key{Kind: kind, Reference: 1})
	}
	seen := map[string]bool{}
	for _, k := range keys {
		require.False(t, seen[k.String()], k.String())
		seen[k.String()] = true
	}
}

// part makes part seq of total of one message.
func part(total, seq uint8, dc coding.DataCoding, octets string) coding.Fragment {
	return coding.Fragment{
		Key: coding.Key{Kind: coding.ReferenceUDH8, Reference: 7, Total: total},
		Seq: seq, DataCoding: dc, Octets: []byte(octets),
	}
}

func TestJoin(t *testing.T) {
	odd := part(2, 1, 0, "x")
	odd.Key.Reference = 8
	spanish := part(2, 2, 0, "\x1ba")
	spanish.Shift.Single = coding.Spanish
	for _, c := range []struct {
		name    string
		parts   []coding.Fragment
		text    string
		missing []int
		poison  []int
		err     error
	}{
		{name: "in order", parts: []coding.Fragment{part(2, 1, 0, "a"), part(2, 2, 0, "b")}, text: "ab"},
		{name: "reordered", parts: []coding.Fragment{part(3, 3, 0, "c"), part(3, 1, 0, "a"), part(3, 2, 0, "b")}, text: "abc"},
		{name: "repeated", parts: []coding.Fragment{part(2, 2, 0, "b"), part(2, 2, 0, "b"), part(2, 1, 0, "a"), part(2, 1, 0, "a")}, text: "ab"},
		{name: "the later counts", parts: []coding.Fragment{part(2, 1, 0, "old"), part(2, 1, 0, "new"), part(2, 2, 0, "b")}, text: "newb"},
		{name: "missing", parts: []coding.Fragment{part(4, 3, 0, "c"), part(4, 3, 0, "c"), part(4, 1, 0, "a")}, missing: []int{2, 4}},
		{name: "out of range", parts: []coding.Fragment{part(2, 1, 0, "a"), part(2, 3, 0, "x"), part(2, 0, 0, "x"), part(2, 2, 0, "b"), part(2, 255, 0, "x")}, text: "ab", poison: []int{1, 2, 4}},
		{name: "out of range and missing", parts: []coding.Fragment{part(2, 3, 0, "x"), part(2, 2, 0, "b")}, missing: []int{1}, poison: []int{0}},
		{name: "another message", parts: []coding.Fragment{part(2, 1, 0, "a"), odd, part(3, 2, 0, "x"), part(2, 2, 0, "b")}, text: "ab", poison: []int{1, 2}},
		{name: "escape pair cut", parts: []coding.Fragment{part(2, 1, 0, "5\x1b"), part(2, 2, 0, "\x65!")}, text: "5€!"},
		{name: "surrogate pair cut", parts: []coding.Fragment{part(2, 1, 8, "\x00a\xd8\x3d"), part(2, 2, 8, "\xde\x00\x00b")}, text: "a😀b"},
		{name: "unit cut", parts: []coding.Fragment{part(2, 1, 8, "\x53\x17\x4e"), part(2, 2, 8, "\xac")}, text: "北京"},
		{name: "unit cut over three", parts: []coding.Fragment{part(3, 1, 8, "\x53"), part(3, 2, 8, "\x17\x4e"), part(3, 3, 8, "\xac")}, text: "北京"},
		{name: "truncated unit does not shift the rest", parts: []coding.Fragment{part(2, 1, 8, "\x53\x17\x4e"), part(2, 2, 8, "\x00a")}, text: "北\ufffda", err: coding.ErrMalformed},
		{name: "GB character cut", parts: []coding.Fragment{part(2, 1, 15, "\xb1\xb1\xbe"), part(2, 2, 15, "\xa9")}, text: "北京"},
		{name: "UTF-8 under data_coding 0 cut", parts: []coding.Fragment{part(2, 1, 0, "\xe5\x8c"), part(2, 2, 0, "\x97")}, text: "北", err: coding.ErrMalformed},
		{name: "Latin-1 under data_coding 0", parts: []coding.Fragment{part(2, 1, 0, "\xe9@"), part(2, 2, 0, "@")}, text: "é@@", err: coding.ErrMalformed},
		{name: "different codings", parts: []coding.Fragment{part(3, 1, 0, "a\x00"), part(3, 2, 8, "\x53\x17"), part(3, 3, 0, "\x00b")}, text: "a@北@b"},
		{name: "same alphabet, other class", parts: []coding.Fragment{part(2, 1, 0xF1, "\x1b"), part(2, 2, 0, "\x65")}, text: "€"},
		{name: "different shift tables", parts: []coding.Fragment{part(2, 1, 0, "a\x1b"), spanish}, text: "a á", err: coding.ErrMalformed},
		{name: "binary", parts: []coding.Fragment{part(2, 1, 4, "a"), part(2, 2, 4, "b")}, text: "ab", err: coding.ErrBinary},
		{name: "one of one", parts: []coding.Fragment{part(1, 1, 0, "a")}, text: "a"},
		{name: "empty parts", parts: []coding.Fragment{part(2, 1, 0, ""), part(2, 2, 8, "")}},
	} {
		before := slices.Clone(c.parts)
		text, complete, missing, err := coding.Join(coding.GSM7, c.parts)
		require.Equal(t, c.text, text, c.name)
		require.Equal(t, c.missing, missing, c.name)
		require.Equal(t, c.missing == nil, complete, c.name)
		require.Equal(t, before, c.parts, "Join changes nothing")
		var poison *coding.PoisonError
		switch {
		case c.poison != nil:
			require.ErrorAs(t, err, &poison, c.name)
			require.ErrorIs(t, err, coding.ErrPoison)
			require.Equal(t, c.poison, poison.Parts, c.name)
		default:
			require.ErrorIs(t, err, c.err, c.name)
		}
	}
}

func TestJoinNothing(t *testing.T) {
	_, complete, missing, err := coding.Join(coding.GSM7, nil)
	require.NoError(t, err)
	require.False(t, complete)
	require.Nil(t, missing)

	_, complete, missing, err = coding.Join(coding.GSM7, []coding.Fragment{part(0, 0, 0, "a")})
	require.ErrorIs(t, err, coding.ErrPoison)
	require.False(t, complete)
	require.Nil(t, missing)
}

// receive turns sent parts into fragments as the other end would.
func receive(t testing.TB, sent []coding.Part) []coding.Fragment {
	var got []coding.Fragment
	for _, p := range sent {
		f, single, err := coding.ExtractFragment(coding.Inbound{ESMClass: p.ESMClass, DataCoding: p.DataCoding, ShortMessage: p.ShortMessage})
		require.NoError(t, err)
		require.Equal(t, p.Total == 1, single)
		got = append(got, f)
	}
	return got
}

func FuzzSplitJoin(f *testing.F) {
	f.Add("hello", uint16(1), byte(0), byte(0), false)
	f.Add(strings.Repeat("a", 152)+"€…"+strings.Repeat("[", 200), uint16(300), byte(0), byte(0), true)
	f.Add(strings.Repeat("京", 66)+"😀"+strings.Repeat("é", 80), uint16(7), byte(0), byte(2), false)
	f.Add(strings.Repeat("é@", 150), uint16(9), byte(2), byte(0), true)
	f.Add("\x00\x1b\xff", uint16(9), byte(0), byte(0), true)
	f.Fuzz(func(t *testing.T, text string, ref uint16, encoding, def byte, wide bool) {
		opts := coding.SplitOptions{Encoding: coding.Encoding(encoding % 5), Default: coding.Encoding(def % 4), Reference: ref, Wide: wide}
		text = strings.ReplaceAll(text, "\ufeff", "") // at the start of a part it is a byte-order mark
		parts, err := coding.Split(text, opts)
		if err != nil {
			require.True(t, opts.Encoding != coding.Auto || len(text) > 255*66)
			return
		}
		total := 0
		for _, p := range parts {
			require.LessOrEqual(t, len(p.ShortMessage), 160)
			total += len(p.ShortMessage) - len(p.UDH)
		}
		want := string([]rune(text))
		if plain, ok := coding.Transliterate(text); ok && parts[0].DataCoding == coding.DataCodingDefault {
			want = plain
		}
		var got string
		if len(parts) == 1 {
			got, err = receive(t, parts)[0].Text(opts.Default)
			require.NoError(t, err)
		} else {
			fragments := receive(t, parts)
			slices.Reverse(fragments)
			var complete bool
			got, complete, _, err = coding.Join(opts.Default, append(fragments, fragments[0]))
			require.NoError(t, err)
			require.True(t, complete)
		}
		require.Equal(t, want, got)
		require.True(t, total > 0 || want == "")
	})
}

func FuzzJoin(f *testing.F) {
	f.Add([]byte("\x02\x01\x00a\x02\x02\x08b"))
	f.Add([]byte("\x00\x00\x00a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var parts []coding.Fragment
		for len(data) >= 3 {
			n := min(len(data)-3, int(data[2]>>4))
			parts = append(parts, part(data[0]%4, data[1]%5, coding.DataCoding(data[2]&0x0F), string(data[3:3+n])))
			data = data[3+n:]
		}
		text, complete, missing, _ := coding.Join(coding.GSM7, parts)
		require.True(t, utf8.ValidString(text))
		require.False(t, complete && missing != nil)
		if !complete {
			require.Empty(t, text)
		}
	})
}
