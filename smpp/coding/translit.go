package coding

import "strings"

// Transliterate replaces characters that only look typographic by their plain
// fellows of the GSM 7-bit alphabet: curly quotes, dashes, ellipses, unusual
// spaces, full-width ASCII. It does so only if all of the text then fits that
// alphabet and reports whether it does; otherwise text comes back unchanged.
// No letter loses its accent and no Chinese character is touched.
func Transliterate(text string) (string, bool) {
	plain := true
	for _, r := range text {
		if gsmCode(r) != notGSM {
			continue
		}
		if _, ok := plainForm(r); !ok {
			return text, false
		}
		plain = false
	}
	if plain {
		return text, true
	}
	var out strings.Builder
	out.Grow(len(text))
	for _, r := range text {
		if gsmCode(r) != notGSM {
			out.WriteRune(r)
			continue
		}
		form, _ := plainForm(r)
		out.WriteString(form)
	}
	return out.String(), true
}

const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// plainForm gives what stands for r in GSM 7-bit text. Every form fits the
// alphabet and none is longer than three septets.
func plainForm(r rune) (form string, ok bool) {
	if r >= 0xFF01 && r <= 0xFF5E && r != 0xFF40 { // full-width ASCII
		i := r - 0xFF01 + 1
		return printable[i : i+1], true
	}
	switch r {
	case '`', '´', '‘', '’', '‚', '‛', '′', 'ʹ', 'ʼ', 0xFF40:
		return "'", true
	case '“', '”', '„', '‟', '″', '〝', '〞':
		return `"`, true
	case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212: // hyphens, dashes, minus
		return "-", true
	case '…':
		return "...", true
	case '\t', 0x00A0, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A,
		0x202F, 0x205F, 0x3000:
		return " ", true
	case 0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF: // nothing to see
		return "", true
	case '•', '·', '∙':
		return "-", true
	case '‹', '〈', '«', '《':
		return "<", true
	case '›', '〉', '»', '》':
		return ">", true
	case '【', '〔':
		return "[", true
	case '】', '〕':
		return "]", true
	case '。':
		return ".", true
	case '、':
		return ",", true
	case '×':
		return "x", true
	case '￡':
		return "£", true
	case '￥':
		return "¥", true
	default:
		return "", false
	}
}
