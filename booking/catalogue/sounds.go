package catalogue

import (
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// The common Chinese characters, which have a reading each.
const (
	firstHan = 0x4E00
	lastHan  = 0x9FFF
	maxHeard = 12 // characters of the longest name that is compared by sound
)

// readingOf numbers the readings: characters with the same number sound alike,
// 0 is none. The table is made once, when it is first needed, and never
// changes.
var readingOf = sync.OnceValue(func() *[lastHan - firstHan + 1]uint16 {
	var t [lastHan - firstHan + 1]uint16
	numbers := map[string]uint16{}
	args := pinyin.NewArgs()
	for i := range t {
		p, ok := charReadings[rune(firstHan+i)]
		if list := pinyin.SinglePinyin(rune(firstHan+i), args); !ok && len(list) > 0 {
			p = list[0]
		}
		if p == "" {
			continue
		}
		n, ok := numbers[p]
		if !ok {
			n = uint16(len(numbers) + 1)
			numbers[p] = n
		}
		t[i] = n
	}
	return &t
})

// sound writes the readings of a Chinese name into buf, two bytes each; it is
// empty for a name with other characters and for one too long.
func sound(name string, buf []byte) []byte {
	t := readingOf()
	out := buf[:0]
	for _, r := range name {
		if r < firstHan || r > lastHan || t[r-firstHan] == 0 || len(out)+2 > cap(buf) {
			return nil
		}
		n := t[r-firstHan]
		out = append(out, byte(n>>8), byte(n))
	}
	return out
}

// several stands in sounds for a reading that places share.
const several = -1

// listSounds files the Chinese names by their sound.
func (x *placeIndex) listSounds() {
	x.sounds = make(map[string]int32, len(x.places))
	var buf [2 * maxHeard]byte
	for name, place := range x.byName {
		key := sound(name, buf[:])
		if len(key) == 0 {
			continue
		}
		if old, ok := x.sounds[string(key)]; ok && old != place {
			place = several
		}
		x.sounds[string(key)] = place
	}
}

// heard finds the one place whose Chinese name sounds like a mistyped one, or
// has two neighbours in the other order.
func (x *placeIndex) heard(name string) (int32, bool) {
	var buf [2 * maxHeard]byte
	key := sound(name, buf[:])
	if len(key) < 4 || utf8.RuneCountInString(name) > x.longHa {
		return 0, false
	}
	if i, ok := x.sounds[string(key)]; ok {
		return i, i != several
	}
	found := int32(several)
	for i := 0; i+3 < len(key); i += 2 {
		swap(key[i : i+4])
		if at, ok := x.sounds[string(key)]; ok {
			if at == several || found != several && found != at {
				return 0, false
			}
			found = at
		}
		swap(key[i : i+4])
	}
	return found, found != several
}

// swap puts two readings in the other order.
func swap(k []byte) { k[0], k[1], k[2], k[3] = k[2], k[3], k[0], k[1] }
