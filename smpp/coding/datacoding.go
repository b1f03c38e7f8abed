package coding

// DataCoding is the data_coding field of submit_sm, deliver_sm and data_sm
// (SMPP 3.4 §5.2.19).
type DataCoding byte

// The values of SMPP 3.4 §5.2.19.
const (
	DataCodingDefault   DataCoding = 0x00 // SMSC default alphabet
	DataCodingASCII     DataCoding = 0x01 // IA5 (CCITT T.50), ASCII
	DataCodingOctet     DataCoding = 0x02 // octet unspecified (TDMA)
	DataCodingLatin1    DataCoding = 0x03 // ISO-8859-1
	DataCodingBinary    DataCoding = 0x04 // octet unspecified, 8-bit binary
	DataCodingJIS       DataCoding = 0x05 // X 0208-1990
	DataCodingCyrillic  DataCoding = 0x06 // ISO-8859-5
	DataCodingHebrew    DataCoding = 0x07 // ISO-8859-8
	DataCodingUCS2      DataCoding = 0x08 // ISO/IEC-10646
	DataCodingPictogram DataCoding = 0x09 // pictogram encoding
	DataCodingISO2022JP DataCoding = 0x0A // music codes
	DataCodingKanji     DataCoding = 0x0D // extended kanji JIS, X 0212-1990
	DataCodingKSC5601   DataCoding = 0x0E // KS C 5601
	// DataCodingGB is not in the standard: Chinese carriers use 15 for GBK,
	// as the msg_fmt of their own CMPP, SGIP and SMGP protocols does.
	DataCodingGB DataCoding = 0x0F
)

// simpleCodings is what the values 0x00 to 0x0F mean; Auto stands for the
// default alphabet.
var simpleCodings = [16]Encoding{
	DataCodingDefault:   Auto,
	DataCodingASCII:     ASCII,
	DataCodingOctet:     Binary,
	DataCodingLatin1:    Latin1,
	DataCodingBinary:    Binary,
	DataCodingJIS:       ShiftJIS,
	DataCodingCyrillic:  Cyrillic,
	DataCodingHebrew:    Hebrew,
	DataCodingUCS2:      UCS2,
	DataCodingPictogram: ShiftJIS, // the pictograms lie in Shift-JIS user areas
	DataCodingISO2022JP: ISO2022JP,
	DataCodingKanji:     EUCJP,
	DataCodingKSC5601:   KSC5601,
	DataCodingGB:        GB18030,
}

// Encoding tells how octets with this data_coding are to be read. def is what
// the carrier means by data_coding 0 (GSM7, Latin1 or ASCII; Auto means GSM7).
//
// Values from 0x10 are read as a GSM data coding scheme (3GPP 23.038 §4), which
// carriers pass through: SMPP 3.4 says so for 0xC0-0xFF and reserves the rest.
func (d DataCoding) Encoding(def Encoding) Encoding {
	if def == Auto {
		def = GSM7
	}
	if d < 0x10 {
		if e := simpleCodings[d]; e != Auto {
			return e
		}
		return def
	}
	switch group := d >> 4; {
	case group <= 0x7: // general data coding, automatic deletion
		if d&0x20 != 0 {
			return Binary // compressed (3GPP 23.042): no text can be read from it
		}
		switch d & 0x0C {
		case 0x04:
			return Binary
		case 0x08:
			return UCS2
		default: // 0x0C is reserved: "assumed to be the GSM 7 bit default alphabet"
			return def
		}
	case group == 0xE: // message waiting, store, UCS2
		return UCS2
	case group == 0xF && d&0x04 != 0: // data coding and message class
		return Binary
	default: // 0x8-0xB reserved, 0xC and 0xD message waiting, 0xF GSM 7-bit
		return def
	}
}

// Class gives the message class 0 to 3 (0 is a flash message) and whether the
// value states one (3GPP 23.038 §4).
func (d DataCoding) Class() (class byte, ok bool) {
	group := d >> 4
	if group == 0xF || (group >= 0x1 && group <= 0x7 && d&0x10 != 0) {
		return byte(d & 0x03), true
	}
	return 0, false
}
