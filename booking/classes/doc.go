// Package classes sorts customers: by age, gender, region and occupation, and
// by what they have bought. A class is a label that does not change:
//
//	vip  regular  new          the level, by history; names are configuration
//	age:18-25  age:60+         the band of the age today
//	gender:F  gender:M         as the document states it
//	region:11                  of the document, GB/T 2260
//	job:student                the occupation that the customer gave
//
// Classes decide limits, and operators count and address customers by them.
// Everything is pure; rules are configuration.
package classes
