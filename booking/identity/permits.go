package identity

import "time"

// homeReturn knows the mainland travel permit of Hong Kong and Macau
// residents: H or M and 8 digits, and on cards before 2013 two more for the
// number of issues (Ministry of Public Security, 港澳居民来往内地通行证号码规则, 2010).
type homeReturn struct{}

func (homeReturn) Kind() Kind               { return HomeReturn }
func (homeReturn) Takes(number string) bool { return shape(number) == HomeReturn }
func (homeReturn) Check(r *Result, _ time.Time) {
	code := "81"
	if r.Normal[0] == 'M' {
		code = "82"
	}
	r.Region, _ = RegionOf(code)
}

// taiwanPermit knows the mainland travel permit of Taiwan residents: 8 digits,
// and on the booklets before 2015 10 digits and a letter for the place of issue.
type taiwanPermit struct{}

func (taiwanPermit) Kind() Kind               { return TaiwanPermit }
func (taiwanPermit) Takes(number string) bool { return shape(number) == TaiwanPermit }
func (taiwanPermit) Check(r *Result, _ time.Time) {
	r.Region, _ = RegionOf("71")
}

// licence knows the file number of a driving licence: 12 digits, of which the
// first four name the authority that keeps the file. The licence's other
// number is the holder's resident number.
type licence struct{}

func (licence) Kind() Kind               { return Licence }
func (licence) Takes(number string) bool { return shape(number) == Licence }
func (licence) Check(r *Result, _ time.Time) {
	checkProvince(r, r.Normal[:2])
	checkPrefecture(r, r.Normal[:4])
}
