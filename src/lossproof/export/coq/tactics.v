
Lemma ln_div' x y : 0 < x -> 0 < y -> ln (x / y) = ln x - ln y.
Proof. intros. unfold Rdiv. rewrite ln_mult, ln_Rinv by (try apply Rinv_0_lt_compat; assumption). ring. Qed.
Lemma ln_sqrt' x : 0 < x -> ln (sqrt x) = ln x / 2.
Proof. intros. assert (0 < sqrt x) by (apply sqrt_lt_R0; assumption).
  assert (ln x = ln (sqrt x) + ln (sqrt x)) by (rewrite <- ln_mult, sqrt_sqrt by lra; reflexivity). lra. Qed.
Lemma ln_pow' x n : 0 < x -> ln (x ^ n) = INR n * ln x.
Proof. intros H. induction n; [ simpl; rewrite ln_1; ring | ].
  rewrite S_INR. simpl pow. rewrite ln_mult, IHn by (try apply pow_lt; assumption). ring. Qed.
Lemma exp_minus' x y : exp (x - y) = exp x / exp y.
Proof. unfold Rminus, Rdiv. rewrite exp_plus, exp_Ropp. reflexivity. Qed.
Lemma exp_double x : exp (2 * x) = exp x ^ 2.
Proof. replace (2 * x) with (x + x) by ring. rewrite exp_plus. ring. Qed.
Lemma exp_below_1 x : 0 < x -> exp (- x) < 1.
Proof. intros. rewrite <- exp_0. apply exp_increasing. lra. Qed.
Lemma exp_above_1 x : 0 < x -> 1 < exp x.
Proof. intros. rewrite <- exp_0. apply exp_increasing. lra. Qed.
Lemma root_two : sqrt 2 ^ 2 = 2.
Proof. apply pow2_sqrt. lra. Qed.
Lemma exp_sum_times x y z : exp ((x + y) * z) = exp (x * z) * exp (y * z).
Proof. rewrite <- exp_plus. f_equal. ring. Qed.
Lemma exp_minus_times x y z : exp ((x - y) * z) = exp (x * z) / exp (y * z).
Proof. rewrite <- exp_minus'. f_equal. ring. Qed.
Lemma exp_once x : exp (1 * x) = exp x.
Proof. f_equal. ring. Qed.
Lemma total_line n (w v x : nat -> R) t :
  total n (fun k => (w k + t * v k) * x k) = total n (fun k => w k * x k) + t * total n (fun k => v k * x k).
Proof. rewrite <- total_scal, <- total_plus. apply total_ext; intros; ring. Qed.
Lemma total_pick n i f : (i < n)%nat -> (forall k, k <> i -> f k = 0) -> total n f = f i.
Proof. intros H E. rewrite <- (total_delta n i f) by assumption. apply total_ext; intros k _.
  unfold delta. destruct (Nat.eqb_spec i k) as [-> | D]; [ ring | rewrite (E k) by congruence; ring ]. Qed.
Lemma ln_less x y : 0 < x -> 0 < y -> (x < y <-> ln x < ln y).
Proof. intros. split; [ apply ln_increasing; assumption | apply ln_lt_inv; assumption ]. Qed.
Lemma INR_pos n : (1 <= n)%nat -> 0 < INR n.
Proof. intros. apply lt_0_INR. lia. Qed.
Lemma total_scal_r n c f : total n (fun k => f k * c) = total n f * c.
Proof. induction n; simpl; [ | rewrite IHn ]; ring. Qed.
Lemma total_opp n f : total n (fun k => - f k) = - total n f.
Proof. induction n; simpl; [ | rewrite IHn ]; ring. Qed.

Lemma below_tangent x : 0 < x -> 0 <= x - 1 - ln x.
Proof. intros. pose proof (exp_ineq1_le (ln x)). rewrite exp_ln in H0 by assumption. lra. Qed.

(* Every fact about all entries of data, for one entry. *)
Ltac entry k := repeat match goal with H : forall _ : nat, _ |- _ => pose proof (H k); revert H end; intros.

(* What is known of the exponentials in the goal. *)
Ltac known := repeat match goal with
  | |- context [exp ?x] => let E := fresh "E" in let P := fresh "P" in
      pose proof (exp_pos x) as P; set (E := exp x) in *; clearbody E
  | H : forall x : R, _ < ?f x |- context [?f ?x] => pose proof (H x); revert H
  | H : forall x : R, ?f x < _ |- context [?f ?x] => pose proof (H x); revert H
  end.

Ltac positive := cbv beta; intros;
  match goal with
  | |- _ /\ _ => split; positive
  | |- True => exact I
  | H : ?G |- ?G => exact H
  | |- _ <> 0 => first [ assumption | apply Rgt_not_eq, Rlt_gt; positive | apply Rlt_not_eq; negative | known; first [ lra | nra ] ]
  | |- _ > 0 => apply Rlt_gt; positive
  | |- 0 <= total _ _ => apply total_nonneg; intros; positive
  | |- 0 <= _ * _ => apply Rmult_le_pos; positive
  | |- 0 <= / _ => apply Rlt_le, Rinv_0_lt_compat; positive
  | |- 0 <= _ / _ => apply Rdiv_le_0_compat; positive
  | |- 0 <= ?x ^ 2 => apply pow2_ge_0
  | |- 0 <= ?x - 1 - ln ?x => apply below_tangent; positive
  | |- 0 <= ?x + ?y => first [ apply Rplus_le_le_0_compat; positive | lra | nra ]
  | |- 0 <= _ => first [ lra | apply Rlt_le; positive | nra ]
  | |- 0 < exp _ => apply exp_pos
  | |- 0 < Rpower _ _ => apply exp_pos
  | H : forall x : R, 0 < ?f x |- 0 < ?f _ => apply H
  | H : forall x : R, _ -> 0 < ?f x |- 0 < ?f _ => apply H; positive
  | D : forall x, is_derive ?f x _ |- ex_derive _ ?y => eexists; apply (D y)
  | D : forall x, _ -> is_derive ?f x _ |- ex_derive _ ?y => eexists; apply (D y); positive
  | |- 0 < PI => apply PI_RGT_0
  | |- 0 < INR _ => apply INR_pos; lia
  | |- 0 < sqrt _ => apply sqrt_lt_R0; positive
  | |- 0 < product _ _ => apply product_pos; intros; positive
  | |- 0 < total _ _ => first [ entries | apply total_pos; [ lia | intros; positive ] ]
  | |- 0 < (if ?c then _ else _) => destruct c; positive
  | |- 0 < _ * _ => apply Rmult_lt_0_compat; positive
  | |- 0 < _ / _ => apply Rdiv_lt_0_compat; positive
  | |- 0 < / _ => apply Rinv_0_lt_compat; positive
  | |- 0 < _ ^ _ => apply pow_lt; positive
  | |- 0 < 1 - exp (- ?x) => apply Rlt_Rminus, exp_below_1; positive
  | |- 0 < 1 + - exp (- ?x) => apply Rlt_Rminus, exp_below_1; positive
  | |- 0 < exp ?x - 1 => apply Rlt_Rminus, exp_above_1; positive
  | |- 0 < exp ?x + - (1) => apply Rlt_Rminus, exp_above_1; positive
  | |- 0 < - ?x => apply Ropp_0_gt_lt_contravar; negative
  | |- 0 < ?x + ?y => first [ entries | lra | apply Rplus_lt_0_compat; positive | solve [ known; lra ] | as_fraction; positive | nra ]
  | |- 0 < ?x - ?y => first [ entries | lra | solve [ known; lra ] | as_fraction; positive | nra ]
  | |- 0 < _ => first [ entries | lra | nra ]
  end
with negative := match goal with
  | |- - ?y < 0 => apply Ropp_lt_gt_0_contravar; apply Rlt_gt; positive
  | |- ?y < 0 => first [ lra | nra ]
  end
with as_fraction := match goal with |- 0 < ?x =>
    match x with context [/ _] => idtac | context [_ / _] => idtac end;
    let e := fresh "e" in let l := fresh "l" in
    evar (e : R); assert (l : x = e) by (subst e; field_simplify; [ reflexivity | positive .. ]); subst e; rewrite l; clear l;
    match goal with |- 0 < ?y / ?z => idtac end
  end
with entries := first [ assumption | lra |
  match goal with
  | H : forall _ : nat, _ |- context [?f ?k] =>
      match type of k with nat => pose proof (H k); cbv beta in *; first [ assumption | lra ] end
  | H : forall _ : nat, _ , k : nat |- _ => pose proof (H k); cbv beta in *; first [ assumption | lra ]
  end ].

Ltac unfold_named := idtac.
Ltac start := intros; unfold_named; cbv beta;
  repeat match goal with |- (forall _ : nat, 0 < _) /\ _ => split; [ positive | ] | |- (0 < _) /\ _ => split; [ positive | ] end.

Ltac exponentials := repeat first
  [ rewrite exp_Ropp | rewrite exp_minus' | rewrite exp_plus | rewrite exp_double | rewrite exp_sum_times | rewrite exp_minus_times | rewrite exp_once | rewrite exp_0
  | rewrite exp_ln by positive ].
Ltac logarithms := repeat first
  [ rewrite ln_exp | rewrite ln_1
  | rewrite ln_mult by positive | rewrite ln_div' by positive | rewrite ln_Rinv by positive
  | rewrite ln_sqrt' by positive | rewrite ln_pow' by positive ].

Ltac distinguish := repeat match goal with
  | H : _ \/ _ |- _ => destruct H as [H | H]
  | |- context [Req_EM_T ?x ?y] => destruct (Req_EM_T x y)
  | |- context [Rlt_dec ?x ?y] => destruct (Rlt_dec x y)
  | |- context [Rle_dec ?x ?y] => destruct (Rle_dec x y)
  end.
Ltac values := repeat match goal with H : ?x = IZR _ |- context [?x] => rewrite H end;
  replace (1 - 0) with 1 by ring; replace (1 - 1) with 0 by ring;
  rewrite ?Rpower_O, ?Rpower_1 by positive.

Ltac opaque := repeat match goal with
  | D : forall x, is_derive ?f x _ |- context [Derive ?g ?x] =>
      rewrite (is_derive_unique g x _ (D x))
  end.

(* The argument of each logarithm as one fraction. *)
Ltac fractions := repeat match goal with
  | |- context [ln ?x] =>
      let l := fresh "l" in let e := fresh "e" in let L := fresh "L" in
      evar (e : R); assert (l : x = e) by (subst e; field_simplify; [ reflexivity | positive .. ]);
      subst e; rewrite l; match type of l with _ = ?y => set (L := ln y) end; clear l
  end; repeat match goal with L := ln _ |- _ => subst L end.

Ltac roots := rewrite ?sqrt_mult by (apply Rlt_le; positive).
Ltac by_field := first
  [ reflexivity | ring
  | field; positive
  | field_simplify_eq; [ ring_simplify; nra | positive ]
  | progress roots; field_simplify_eq; [ ring_simplify; rewrite ?root_two; ring | positive ] ].

(* Laws of functions that Coq lacks, as they were assumed. *)
Ltac laws := repeat match goal with
  | L : forall x, _ -> ?f (x + 1) = _ |- context [?f (?y + 2)] => replace (y + 2) with (y + 1 + 1) by ring; rewrite (L (y + 1)) by positive
  | L : forall x, ?f (- x) = _ |- context [?f (- ?y)] => rewrite (L y)
  end.

Ltac plain := cbv beta; opaque; laws; first
  [ by_field
  | exponentials; by_field
  | unfold Rpower; logarithms; by_field
  | unfold Rpower; logarithms; exponentials; by_field
  | unfold Rpower; exponentials; logarithms; by_field
  | unfold Rpower; exponentials; fractions; logarithms; by_field ].

Ltac gather := unfold Rdiv; repeat first
  [ rewrite <- total_scal | rewrite <- total_scal_r | rewrite <- total_opp | rewrite <- total_plus | rewrite <- total_minus ];
  cbv beta.
Ltac spread := repeat first
  [ progress cbv beta | rewrite total_plus | rewrite total_minus | rewrite total_opp | rewrite total_const | rewrite total_scal | rewrite total_scal_r ].

Ltac contracted := repeat match goal with
  | |- context [total ?n (fun k : nat => ?f k)] => progress change (total n (fun k : nat => f k)) with (total n f)
  end.

Ltac same_terms := gather; apply total_ext; let k := fresh "k" in let Hk := fresh "Hk" in intros k Hk; entry k.

Ltac cased := first [ plain | progress distinguish; first [ exfalso; lra | values; plain ] ].

Ltac log_product := repeat (rewrite ln_product by (intros; positive)).

Ltac decide_indices := repeat match goal with |- context [Nat.eqb ?i ?j] => destruct (Nat.eqb_spec i j); try congruence end.
Ltac pick := repeat match goal with
  | i : nat |- context [total ?n ?f] =>
      rewrite (total_pick n i f)
        by (try assumption; intros; unfold delta; decide_indices; ring)
  end; unfold delta; rewrite ?Nat.eqb_refl; cbv beta.

(* The sine of a whole multiple of pi. *)
Ltac sine := match goal with
  | |- sin (PI * IZR ?z) = 0 => apply sin_eq_0_1; exists z; ring
  | H : exists z : Z, ?n = IZR z |- sin (PI * ?n) = 0 => let z := fresh "z" in destruct H as [z ->]; apply sin_eq_0_1; exists z; ring
  end.

Ltac equal := unfold_named; rewrite ?Rminus_0_r; first
  [ reflexivity
  | sine
  | cased
  | log_product; first [ reflexivity | plain | same_terms; plain ]
  | same_terms; cased
  | progress (simpl total; simpl product); cased
  | spread; contracted; cased
  | apply total_zero; let k := fresh "k" in intros k ?; entry k; plain
  | gather; apply total_ext; let k := fresh "k" in intros k ?; pick; plain ].

Ltac slope := unfold_named; cbv beta; unfold Rpower; auto_derive; first [ positive | cased | idtac ].
Ltac nearby := cbv beta;
  match goal with
  | H : ?a < ?p, H' : ?p < ?b |- locally ?p _ =>
      apply (filter_imp (fun q : R => a < q /\ q < b));
      [ clear H H'; intros ? [? ?] | apply filter_and; [ apply (open_gt a p H) | apply (open_lt b p H') ] ]
  | H : ?a < ?p |- locally ?p _ => apply (filter_imp (fun q : R => a < q)); [ clear H; intros ? ? | apply (open_gt a p H) ]
  | H : ?p < ?b |- locally ?p _ => apply (filter_imp (fun q : R => q < b)); [ clear H; intros ? ? | apply (open_lt b p H) ]
  | |- locally ?p _ => apply filter_forall; intros ?
  end.
(* p (1 - p) <= 1/4, and what is below 1 or below 0 by its difference. *)
Lemma quarter p : p * (1 - p) <= 1 / 4.
Proof. pose proof (pow2_ge_0 (p - 1 / 2)). nra. Qed.
Lemma power_below_1 x y : 0 < x -> x < 1 -> 0 < y -> Rpower x y < 1.
Proof. intros. unfold Rpower. rewrite <- exp_0. apply exp_increasing.
  assert (ln x < 0) by (rewrite <- ln_1; apply ln_increasing; assumption). nra. Qed.
Ltac inequality := unfold_named; first
  [ lra | positive
  | apply Ropp_lt_cancel; rewrite Ropp_0, ?Ropp_involutive; positive
  | apply quarter
  | apply (surprise_not_negative _ _); [ intros; entries | assumption ]
  | apply (gibbs _ _ _); [ intros; entries | intros; entries | assumption | assumption ]
  | apply (gibbs_apart _ _ _); [ intros; entries | intros; entries | assumption | assumption ]
  | unfold Rabs; repeat destruct Rcase_abs; nra
  | apply power_below_1; first [ lra | positive ]
  | apply Rminus_gt_0_lt; positive
  | apply Rminus_gt_0_lt; match goal with |- 0 < 1 - ?x / ?y => replace (1 - x / y) with ((y - x) / y) by (field; positive) end; positive
  | match goal with |- - ?x - ?y < 0 => assert (0 < x) by positive; assert (0 < y) by positive; lra end
  | apply Ropp_lt_cancel; rewrite Ropp_0; as_fraction; positive ].

Ltac predictors := repeat match goal with
  | |- context [total ?n (fun k => put ?w ?i ?t k * @?x k)] => rewrite (total_put n w i t x) by lia
  | |- context [total ?n (fun k => (?w k + ?t * ?v k) * @?x k)] => rewrite (total_line n w v x t)
  end.

Lemma sum_rule n (c d b : R) (F : R -> nat -> R) (G : nat -> R) (f : R -> R) x l :
  (forall k, (k < n)%nat -> is_derive (fun t => c * F t k) x (d * G k)) ->
  (forall t, c * total n (F t) + b = f t) -> d * total n G = l -> is_derive f x l.
Proof. intros D E <-. apply (derived _ (fun t => c * total n (F t) + b) _ _ (d * total n G + 0)); [ | exact E | ring ].
  apply (is_derive_plus (V:=R_NormedModule)); [ | apply (is_derive_const (V:=R_NormedModule)) ].
  apply derived_average. exact D. Qed.

Ltac sums_as_numbers := repeat match goal with |- context [total ?n ?f] => generalize (total n f); intro end.
Ltac slope_of_term := let k := fresh "k" in let Hk := fresh "Hk" in intros k Hk; entry k; unfold_named; cbv beta;
  first
    [ eapply is_derive_ext; [ let t := fresh "t" in intros t; progress predictors; reflexivity | ];
      cbv beta; predictors; sums_as_numbers; unfold Rpower; auto_derive; rewrite ?Rplus_opp_r, ?Rmult_0_l, ?Rplus_0_r;
      first [ positive | cased | idtac ]
    | sums_as_numbers; slope ].
Ltac slope_of_sum n c d b F G :=
  apply (sum_rule n c d b F G); [ slope_of_term | intros; cbv beta; unfold_named; first [ ring | equal ] | equal ].

Lemma quadratic n k (h : nat -> R) (v : nat -> R) (x : nat -> nat -> R) (g : nat -> nat -> R) :
  (forall j i, g j i = total n (fun m => h m * ((v i * x m i) * (v j * x m j)))) ->
  total n (fun m => h m * (total k (fun i => v i * x m i)) ^ 2) = total k (fun j => total k (fun i => g j i)).
Proof. intros E. symmetry.
  rewrite (total_ext k _ (fun j => total n (fun m => total k (fun i => h m * ((v i * x m i) * (v j * x m j)))))).
  - rewrite total_swap. apply total_ext; intros m _. rewrite square_total, <- total_scal.
    apply total_ext; intros j _. rewrite <- total_scal. reflexivity.
  - intros j _. rewrite total_swap. apply total_ext; intros i _. apply E. Qed.
Ltac square_of_sum n k h v x :=
  transitivity (total n (fun m => h m * (total k (fun i => v i * x m i)) ^ 2));
  [ unfold_named; cbv beta; same_terms; plain
  | apply quadratic; intros; unfold_named; cbv beta; gather; apply total_ext; intros; plain ].

Ltac keep x l := let L := fresh "L" in remember x as L.
(* a < b exactly where c < d: the difference of c and d is that of a and b times a number of one sign. *)
Lemma rising a b c d s : 0 < s -> d - c = s * (b - a) -> (a < b <-> c < d).
Proof. intros H E. split; intros L; [ nra | ]. apply Rnot_le_lt. intros K. nra. Qed.
Lemma falling a b c d s : 0 < s -> c - d = s * (b - a) -> (a < b <-> d < c).
Proof. intros. apply (rising a b d c s); assumption. Qed.
Ltac optimum s := apply (rising _ _ _ _ s); [ positive | equal ].
Ltac optimum_falls s := apply (rising _ _ _ _ s); [ positive | equal ].
Lemma rising_log a b c d s : 0 < a -> 0 < b -> 0 < s -> d - c = s * (ln b - ln a) -> (a < b <-> c < d).
Proof. intros A B H E. rewrite (ln_less a b A B). apply (rising _ _ _ _ s H E). Qed.
Ltac optimum_of_log s := apply (rising_log _ _ _ _ s); [ positive | positive | positive | log_product; equal ].
