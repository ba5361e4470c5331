"""What `from math import *` and `from numpy import *` bind, as static tables: the user's modules are never imported.

Comes in: nothing. Goes out: the names by module. Only names that every supported release exports are in a table; names that
only some releases export, so that what they mean depends on the release, are in `UNSURE`.
"""

from __future__ import annotations

_MATH = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1 fabs
    factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp lgamma log log10
    log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt tan tanh tau trunc ulp
"""
_CMATH = """
    acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log log10 nan nanj phase pi
    polar rect sin sinh sqrt tan tanh tau
"""
_NUMPY = """
    absolute add all allclose amax amin angle any append apply_along_axis apply_over_axes arange arccos arccosh arcsin
    arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around array array2string array_equal
    array_equiv array_repr array_split array_str asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray
    asmatrix atleast_1d atleast_2d atleast_3d average bartlett base_repr binary_repr bincount bitwise_and bitwise_not
    bitwise_or bitwise_xor blackman block bmat bool_ broadcast broadcast_arrays broadcast_shapes broadcast_to byte
    bytes_ can_cast cbrt cdouble ceil character choose clip clongdouble column_stack common_type complex128 complex256
    complex64 complexfloating compress concatenate conj conjugate convolve copy copysign copyto corrcoef correlate cos
    cosh count_nonzero cov cross csingle cumprod cumsum datetime64 datetime_as_string datetime_data deg2rad degrees
    delete diag diag_indices diag_indices_from diagflat diagonal diff digitize divide dot double dsplit dstack dtype e
    ediff1d einsum einsum_path empty empty_like equal euler_gamma exp exp2 expand_dims expm1 extract eye fabs fft
    fill_diagonal finfo fix flatiter flatnonzero flexible flip fliplr flipud float128 float16 float32 float64
    float_power floating floor floor_divide fmax fmin fmod format_float_positional format_float_scientific frexp
    from_dlpack frombuffer fromfile fromfunction fromiter frompyfunc fromregex fromstring full full_like gcd generic
    genfromtxt geomspace gradient greater greater_equal half hamming hanning heaviside histogram histogram2d
    histogram_bin_edges histogramdd hsplit hstack hypot i0 identity iinfo imag indices inexact inf inner insert int16
    int32 int64 int8 int_ intc integer interp intersect1d intp invert isclose iscomplex iscomplexobj isfinite isfortran
    isin isinf isnan isnat isneginf isposinf isreal isrealobj isscalar issubdtype iterable ix_ kaiser kron lcm ldexp
    left_shift less less_equal lexsort linalg linspace load loadtxt log log10 log1p log2 logaddexp logaddexp2
    logical_and logical_not logical_or logical_xor logspace long longdouble longlong mask_indices matmul matrix maximum
    may_share_memory mean median memmap meshgrid min_scalar_type minimum mintypecode mod modf moveaxis multiply nan
    nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod
    nanquantile nanstd nansum nanvar ndarray ndenumerate ndim ndindex nditer negative nested_iters newaxis nextafter
    nonzero not_equal number object_ ones ones_like outer packbits pad partition percentile pi piecewise place poly
    poly1d polyadd polyder polydiv polyfit polyint polymul polysub polyval positive power prod promote_types ptp put
    put_along_axis putmask quantile rad2deg radians random ravel ravel_multi_index real real_if_close recarray
    reciprocal record remainder repeat require reshape resize result_type right_shift rint roll rollaxis roots rot90
    row_stack save savetxt savez savez_compressed searchsorted select setdiff1d setxor1d shape shares_memory short sign
    signbit signedinteger sin sinc single sinh size sort sort_complex spacing split sqrt square squeeze stack std str_
    subtract sum swapaxes take take_along_axis tan tanh tensordot tile timedelta64 trace transpose trapezoid tri tril
    tril_indices tril_indices_from trim_zeros triu triu_indices triu_indices_from true_divide trunc typename ubyte ufunc
    uint uint16 uint32 uint64 uint8 uintc uintp ulong ulonglong union1d unique unpackbits unravel_index unsignedinteger
    unwrap ushort vander var vdot vectorize void vsplit vstack where zeros zeros_like
"""
_NUMPY_SOME_RELEASES = """
    abs acos acosh asin asinh astype atan atan2 atanh bitwise_count bitwise_invert bitwise_left_shift
    bitwise_right_shift bool complex concat cumulative_prod cumulative_sum divmod float int isdtype long
    matrix_transpose matvec max min object permute_dims pow round str unicode unstack vecdot vecmat
"""

STAR: dict[str, frozenset[str]] = {
    "math": frozenset(_MATH.split()),
    "cmath": frozenset(_CMATH.split()),
    "numpy": frozenset(_NUMPY.split()),
}
UNSURE: dict[str, frozenset[str]] = {"numpy": frozenset(_NUMPY_SOME_RELEASES.split())}
