/** The steps a waiting customer may be told of, in words of config/wording.yaml's keys `status.*`. */
export type StatusStep = 'understanding' | 'looking-up' | 'writing' | 'checking'
