package identity

import "strings"

// Prefecture is a city, prefecture or league (GB/T 2260), as the first four
// digits of a number name it.
type Prefecture struct {
	Code    string // four digits; empty is none
	Chinese string // the last name the code had
}

// prefectures is prefectureTable by code.
var prefectures = readPrefectures(prefectureTable)

func readPrefectures(table string) map[string]string {
	m := make(map[string]string, 600)
	for line := range strings.Lines(table) {
		words := strings.Fields(line)
		for i, w := range words {
			if i > 0 {
				m[words[0]+w[:2]] = w[2:]
			}
		}
	}
	return m
}

// PrefectureOf finds a prefecture by its four digits, abolished ones too.
func PrefectureOf(code string) (Prefecture, bool) {
	name, ok := prefectures[code]
	if !ok {
		return Prefecture{}, false
	}
	return Prefecture{Code: code, Chinese: name}, true
}
