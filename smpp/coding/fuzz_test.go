package coding_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"shortfare/smpp/coding"
)

func FuzzGSM7(f *testing.F) {
	f.Add("G1 [€]", []byte{0x1b, 0x65, 0x00, 0x1b})
	f.Add("京", []byte{0x41, 0xe9, 0x42})
	f.Fuzz(func(t *testing.T, text string, octets []byte) {
		if encoded, err := coding.EncodeGSM7(text); err == nil {
			decoded, err := coding.DecodeGSM7(encoded, coding.Shift{})
			require.NoError(t, err)
			require.Equal(t, text, decoded)
		}
		decoded, err := coding.DecodeGSM7(octets, coding.Shift{})
		if err == nil {
			encoded, err := coding.EncodeGSM7(decoded)
			require.NoError(t, err)
			require.Equal(t, string(octets), string(encoded))
		}
	})
}

func FuzzPacked(f *testing.F) {
	f.Add("1234567", []byte{0x31, 0xd9}, byte(1))
	f.Add("1234567\r", []byte{}, byte(6))
	f.Fuzz(func(t *testing.T, text string, octets []byte, fill byte) {
		if packed, err := coding.EncodeGSM7Packed(text); err == nil {
			decoded, err := coding.DecodeGSM7Packed(packed, coding.Shift{})
			require.NoError(t, err)
			if strings.HasSuffix(text, "\r") { // may have become a second one
				decoded, text = strings.TrimRight(decoded, "\r"), strings.TrimRight(text, "\r")
			}
			require.Equal(t, text, decoded)
		}
		_, _ = coding.DecodeGSM7Packed(octets, coding.Shift{}) // no panic
		spare := int(fill % 7)
		septets := make([]byte, len(octets))
		for i, b := range octets {
			septets[i] = b & 0x7F
		}
		packed := coding.AppendPacked(nil, octets, spare)
		require.Equal(t, septets, coding.AppendUnpacked([]byte{}, packed, spare, len(septets)))
	})
}

func FuzzUCS2(f *testing.F) {
	f.Add("a😀", []byte{0xd8, 0x3d, 0x00, 0x61, 0xfe})
	f.Fuzz(func(t *testing.T, text string, octets []byte) {
		decoded, err := coding.DecodeUCS2(coding.EncodeUCS2(text))
		require.NoError(t, err)
		require.Equal(t, strings.TrimPrefix(string([]rune(text)), "\ufeff"), decoded)

		decoded, err = coding.DecodeUCS2(octets)
		if err == nil {
			require.Equal(t, strings.TrimPrefix(string(octets), "\xfe\xff"), string(coding.EncodeUCS2(decoded)))
		} else {
			require.Contains(t, decoded, "\ufffd")
		}
	})
}
