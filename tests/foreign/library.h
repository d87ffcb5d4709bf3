/* What the test library and the test that declares its functions both have to know: the types, the
 * places of an argument, the sizes and shapes of structures. */
#ifndef SPOKE_TEST_LIBRARY_H
#define SPOKE_TEST_LIBRARY_H

/* name in Spoke, type in C, two values as both write them, and their negatives' sign: the extremes
 */
#define EACH_TYPE(X)                                                                               \
    X(i8, int8_t, -128, 127)                                                                       \
    X(i16, int16_t, -32768, 32767)                                                                 \
    X(i32, int32_t, -2147483647, 2147483647)                                                       \
    X(i64, int64_t, -9007199254740993, 9223372036854775807)                                        \
    X(u8, uint8_t, 0, 255)                                                                         \
    X(u16, uint16_t, 1, 65535)                                                                     \
    X(u32, uint32_t, 2, 4294967295)                                                                \
    X(u64, uint64_t, 3, 9223372036854775807)                                                       \
    X(f32, float, -0.5, 16777216.0)                                                                \
    X(f64, double, -0.1, 1.7976931348623157e308)                                                   \
    X(bool, bool, true, false)

/* Of 12 arguments; on most machines the later ones lie on the stack. */
#define EACH_PLACE(X, ...)                                                                         \
    X(1, __VA_ARGS__)                                                                              \
    X(2, __VA_ARGS__)                                                                              \
    X(3, __VA_ARGS__)                                                                              \
    X(4, __VA_ARGS__)                                                                              \
    X(5, __VA_ARGS__)                                                                              \
    X(6, __VA_ARGS__)                                                                              \
    X(7, __VA_ARGS__)                                                                              \
    X(8, __VA_ARGS__)                                                                              \
    X(9, __VA_ARGS__)                                                                              \
    X(10, __VA_ARGS__)                                                                             \
    X(11, __VA_ARGS__)                                                                             \
    X(12, __VA_ARGS__)

#define EACH_SIZE(X)                                                                               \
    X(1)                                                                                           \
    X(2)                                                                                           \
    X(3)                                                                                           \
    X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19)      \
        X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32) X(33) X(34)  \
            X(35) X(36) X(37) X(38) X(39) X(40)

/* name, then the types of the fields a, b, ... */
#define EACH_SHAPE(X)                                                                              \
    X(s_f, (f32))                                                                                  \
    X(s_ff, (f32, f32))                                                                            \
    X(s_fff, (f32, f32, f32))                                                                      \
    X(s_ffff, (f32, f32, f32, f32))                                                                \
    X(s_d, (f64))                                                                                  \
    X(s_dd, (f64, f64))                                                                            \
    X(s_ddd, (f64, f64, f64))                                                                      \
    X(s_dddd, (f64, f64, f64, f64))                                                                \
    X(s_ld, (i64, f64))                                                                            \
    X(s_dl, (f64, i64))                                                                            \
    X(s_ll, (i64, i64))                                                                            \
    X(s_lll, (i64, i64, i64))                                                                      \
    X(s_if, (i32, f32))                                                                            \
    X(s_fi, (f32, i32))                                                                            \
    X(s_ifd, (i32, f32, f64))                                                                      \
    X(s_dfi, (f64, f32, i32))                                                                      \
    X(s_cd, (i8, f64))                                                                             \
    X(s_cs, (i8, i16))                                                                             \
    X(s_cil, (u8, i32, i64))                                                                       \
    X(s_csil, (i8, i16, i32, i64))                                                                 \
    X(s_fd, (f32, f64))                                                                            \
    X(s_fdf, (f32, f64, f32))                                                                      \
    X(s_ffd, (f32, f32, f64))                                                                      \
    X(s_dc, (f64, i8))                                                                             \
    X(s_ddddl, (f64, f64, f64, f64, i64))

#endif
