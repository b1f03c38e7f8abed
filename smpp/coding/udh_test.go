package coding_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func TestParseUDH(t *testing.T) {
	for _, c := range []struct {
		name, octets string
		header       coding.Header
		rest         string // hex
		concat       coding.Concat
		err          error
	}{
		{name: "nothing"},
		{name: "empty header", octets: "006869", rest: "6869"},
		{
			name: "8-bit", octets: "050003c503036869", rest: "6869",
			header: coding.Header{{ID: 0, Data: []byte{0xC5, 3, 3}}},
			concat: coding.Concat{Reference: 0xC5, Total: 3, Seq: 3, Bits: 8},
		},
		{
			name: "16-bit", octets: "060804f42e0201", rest: "",
			header: coding.Header{{ID: 8, Data: []byte{0xF4, 0x2E, 2, 1}}},
			concat: coding.Concat{Reference: 0xF42E, Total: 2, Seq: 1, Bits: 16},
		},
		{
			name: "ports before concatenation", octets: "0b0504062d0000000301020168", rest: "68",
			header: coding.Header{{ID: 5, Data: []byte{6, 0x2D, 0, 0}}, {ID: 0, Data: []byte{1, 2, 1}}},
			concat: coding.Concat{Reference: 1, Total: 2, Seq: 1, Bits: 8},
		},
		{
			name: "the last concatenation counts", octets: "0b00030102010804000902026869", rest: "6869",
			header: coding.Header{{ID: 0, Data: []byte{1, 2, 1}}, {ID: 8, Data: []byte{0, 9, 2, 2}}},
			concat: coding.Concat{Reference: 9, Total: 2, Seq: 2, Bits: 16},
		},
		{
			name: "an impossible one does not", octets: "0a000301020100030903046869", rest: "6869",
			header: coding.Header{{ID: 0, Data: []byte{1, 2, 1}}, {ID: 0, Data: []byte{9, 3, 4}}},
			concat: coding.Concat{Reference: 1, Total: 2, Seq: 1, Bits: 8},
		},
		{name: "sequence 0", octets: "050003010200", header: coding.Header{{ID: 0, Data: []byte{1, 2, 0}}}},
		{name: "total 0", octets: "050003010000", header: coding.Header{{ID: 0, Data: []byte{1, 0, 0}}}},
		{name: "8-bit of two octets", octets: "0400020201", header: coding.Header{{ID: 0, Data: []byte{2, 1}}}},
		{name: "element without data", octets: "02700068", rest: "68", header: coding.Header{{ID: 0x70, Data: []byte{}}}},
		{name: "longer than the message", octets: "1073686f7274", rest: "1073686f7274", err: coding.ErrUDH},
		{name: "one octet too many", octets: "0600030302016d657373616765", rest: "6d657373616765", err: coding.ErrUDH},
		{name: "second element overruns", octets: "060003f302020631", rest: "0631", err: coding.ErrUDH},
		{name: "first element overruns", octets: "050004c503036d657373616765", rest: "6d657373616765", err: coding.ErrUDH},
	} {
		octets := unhex(t, c.octets)
		header, rest, err := coding.ParseUDH(octets)
		require.ErrorIs(t, err, c.err, c.name)
		require.Equal(t, c.header, header, c.name)
		require.Equal(t, c.rest, hex.EncodeToString(rest), c.name)
		concat, ok := header.Concat()
		require.Equal(t, c.concat, concat, c.name)
		require.Equal(t, c.concat != coding.Concat{}, ok, c.name)
	}
}

func TestHeaderShift(t *testing.T) {
	for octets, want := range map[string]coding.Shift{
		"03240103":         {Single: coding.Portuguese},
		"03250101":         {Locking: coding.Turkish},
		"06240102250101":   {Single: coding.Spanish, Locking: coding.Turkish},
		"0424020103":       {},
		"050003010201":     {},
		"0800030102012401": {}, // malformed: the whole header is ignored
	} {
		header, _, _ := coding.ParseUDH(unhex(t, octets))
		require.Equal(t, want, header.Shift(), octets)
	}
}

func FuzzParseUDH(f *testing.F) {
	for _, s := range []string{"", "00", "050003c503036d65", "060003f302020631", "1073686f7274", "0600030302016d", "06240102250101"} {
		octets, _ := hex.DecodeString(s)
		f.Add(octets)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		header, rest, err := coding.ParseUDH(octets)
		if err != nil {
			require.Nil(t, header)
		} else if len(octets) > 0 {
			// What was read says again what was there.
			again := []byte{octets[0]}
			for _, e := range header {
				again = append(append(again, e.ID, byte(len(e.Data))), e.Data...)
			}
			require.Equal(t, octets, append(again, rest...))
		}
		require.Equal(t, string(rest), string(octets[len(octets)-len(rest):]), "the text is a tail of the octets")
		if c, ok := header.Concat(); ok {
			require.True(t, c.Seq >= 1 && c.Seq <= c.Total)
		}
	})
}
