package identity

import (
	"strings"
	"time"
)

// foreign knows the permanent resident cards of foreigners: 18 characters
// since December 2023, 15 on the cards of 2017 and before.
type foreign struct{}

func (foreign) Kind() Kind               { return ForeignResident }
func (foreign) Takes(number string) bool { return shape(number) == ForeignResident }
func (foreign) Check(r *Result, now time.Time) {
	if len(r.Normal) == residentLen {
		checkForeign(r, now)
		return
	}
	checkForeign2017(r, now)
}

// checkForeign reads the card of 2023: 9, 2 digits province, 3 digits country,
// and from the birth on as a resident number.
func checkForeign(r *Result, now time.Time) {
	checkProvince(r, r.Normal[1:3])
	checkPerson(r, now)
}

// checkForeign2017 reads the older card: 3 letters country (ISO 3166-1
// alpha-3), 4 digits region of issue, birth with a year of two digits, 1 digit
// sequence, and a check digit over all as on passports (ICAO Doc 9303-3 §4.9).
func checkForeign2017(r *Result, now time.Time) {
	n := r.Normal
	if strings.Contains(countries, n[:3]+" ") {
		r.Country = n[:3]
	} else {
		r.Find(BadCountry, "the country at the beginning does not exist")
	}
	checkProvince(r, n[3:5])
	if n[5:7] != "00" { // the province itself
		checkPrefecture(r, n[3:7])
	}
	if birth, ok := shortBirth(n[7:13], now); ok {
		r.Birth = birth
	} else {
		r.Find(BadDate, "the date of birth does not exist")
	}
	if mrzDigit(n[:14]) != n[14] {
		r.Find(BadCheckDigit, "the check digit does not fit, look at the number again")
	}
}

// shortBirth reads YYMMDD as the last such day that is not in the future.
func shortBirth(s string, now time.Time) (time.Time, bool) {
	if digitsFrom(s, 0) != 6 {
		return time.Time{}, false
	}
	today := dayInChina(now)
	year := today.Year()/100*100 + number(s[:2])
	for range 2 {
		if d, ok := dayOf(year, number(s[2:4]), number(s[4:])); ok && !d.After(today) {
			return d, true
		}
		year -= 100
	}
	return time.Time{}, false
}

// countries are the codes of ISO 3166-1 alpha-3, each with a blank behind it.
const countries = "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH " +
	"BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM " +
	"CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB " +
	"GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ " +
	"KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT " +
	"MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL " +
	"PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP " +
	"SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT " +
	"VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE "
